package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose session a browser has, and how sessions end, as people see it: two browsers and the real server. */
class SessionsPageIT extends InChromium {
    @TempDir
    private Path folder;

    private RunningServer server;
    private BrowserContext here;
    private BrowserContext there;

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer(folder);
        here = chromium.newContext(Look.DESKTOP.options());
        there = chromium.newContext(Look.PHONE.options());
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
        server.close();
    }

    private Page open(BrowserContext browser, String key) {
        Page page = browser.newPage();
        page.navigate(server.origin() + "/#key=" + key);
        awaitState(page, "signed_out");
        return page;
    }

    private static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void answer(Page page, String name) {
        page.getByRole(AriaRole.DIALOG)
                .getByText(name, new Locator.GetByTextOptions().setExact(true))
                .click();
    }

    @Test
    void aLinkForAnotherOwnerAsksFirst() {
        Page page = open(here, RunningServer.KEY);
        assertThat(page.getByText("This sign-in is for “anna”.")).isVisible();
        page.navigate(server.origin() + "/#key=" + RunningServer.OTHER_KEY);
        assertThat(page.getByText("Switch to “ben”?")).isVisible();
        assertEquals(server.origin() + "/", page.url());
        answer(page, "Stay as “anna”");
        page.reload();
        assertThat(page.getByText("This sign-in is for “anna”.")).isVisible();

        Page chat = here.newPage();
        chat.navigate(server.origin() + "/chat#key=" + RunningServer.OTHER_KEY);
        assertThat(chat.getByText("This browser uses this server as “anna”.")).isVisible();
        assertEquals(server.origin() + "/chat", chat.url());
        answer(chat, "Switch to “ben”");
        assertThat(chat.getByText("You use this server as “ben”.")).isVisible();
        assertThat(page.getByText("This sign-in is for “ben”.")).isVisible();
    }

    @Test
    void aBrowserSignsAnotherOneOutAndThenAll() {
        Page page = open(here, RunningServer.KEY);
        Page other = open(there, RunningServer.KEY);
        page.getByText("Signed-in browsers").click();
        Locator items = page.getByRole(AriaRole.LISTITEM).filter(new Locator.FilterOptions().setHasText("Last used"));
        assertThat(items).hasCount(2);
        assertThat(items.filter(new Locator.FilterOptions().setHasText("this browser")))
                .hasCount(1);
        items.filter(new Locator.FilterOptions().setHasNotText("this browser"))
                .getByRole(AriaRole.BUTTON)
                .click();
        awaitState(other, "unauthorized");
        assertThat(items).hasCount(1);
        awaitState(page, "signed_out");

        Page another = open(there, RunningServer.KEY);
        button(page, "Sign out everywhere").click();
        answer(page, "Sign out everywhere");
        assertThat(page.getByText("This browser is signed out")).isFocused();
        awaitState(page, "unauthorized");
        awaitState(another, "unauthorized");
        page.reload();
        assertThat(page.getByText("This browser is not signed in to this server."))
                .isVisible();
    }
}
