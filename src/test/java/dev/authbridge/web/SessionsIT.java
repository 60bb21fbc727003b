package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Look;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Browsers that are signed in to a real server: what they send with their cookies is accepted, until it is no longer. */
@Needs(Tool.CHROMIUM)
class SessionsIT {
    @TempDir
    private Path folder;

    private final List<BrowserContext> contexts = new ArrayList<>();
    private RunningServer server;

    Browser launch() {
        return Browsers.chromium();
    }

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer(folder);
    }

    @AfterEach
    void stop() {
        contexts.forEach(BrowserContext::close);
        server.close();
    }

    private Page open(String key) {
        BrowserContext context = launch().newContext(Look.DESKTOP.inAnyBrowser());
        contexts.add(context);
        Page page = context.newPage();
        page.navigate(server.origin() + "/#key=" + key);
        awaitState(page, "signed_out");
        return page;
    }

    private static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state);
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private static void answer(Page page, String name) {
        page.getByRole(AriaRole.DIALOG)
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    /** Whoever navigates by keyboard or listens is taken there. */
    void assertIsRead(Locator title) {
        assertThat(title).isFocused();
    }

    @Test
    void aBrowserSignsAnotherOneOutAndThenAll() {
        Page page = open(RunningServer.KEY);
        Page other = open(RunningServer.KEY);
        page.getByText("Signed-in browsers").click();
        Locator browsers =
                page.getByRole(AriaRole.REGION, named("Signed-in browsers")).getByRole(AriaRole.LISTITEM);
        assertThat(browsers).hasCount(2);
        assertThat(browsers.filter(new Locator.FilterOptions().setHasText("Last used")))
                .hasCount(2);
        assertThat(browsers.filter(new Locator.FilterOptions().setHasText("this browser")))
                .hasCount(1);
        browsers.filter(new Locator.FilterOptions().setHasNotText("this browser"))
                .getByRole(AriaRole.BUTTON)
                .click();
        awaitState(other, "unauthorized");
        assertThat(browsers).hasCount(1);
        awaitState(page, "signed_out");
        other.reload();
        awaitState(other, "unauthorized");

        Page another = open(RunningServer.KEY);
        page.getByRole(AriaRole.BUTTON, named("Sign out everywhere")).click();
        answer(page, "Sign out everywhere");
        assertIsRead(page.getByText("This browser is signed out"));
        awaitState(page, "unauthorized");
        awaitState(another, "unauthorized");
        page.reload();
        assertThat(page.getByText("This browser is not signed in to this server."))
                .isVisible();
    }

    /** The new session takes the place of the earlier one, whose pages connect again with the new cookie. */
    @Test
    void aPageGoesOnWhenTheLinkIsOpenedOnceMoreInAnotherTab() throws Exception {
        Page page = open(RunningServer.KEY);
        Page again = page.context().newPage();
        again.navigate(server.origin() + "/#key=" + RunningServer.KEY);
        awaitState(again, "signed_out");
        server.signIn();
        awaitState(again, "signed_in");
        awaitState(page, "signed_in");
    }

    @Test
    void theLinkOfAnotherOwnerChangesNothingUntilItIsConfirmed() {
        Page page = open(RunningServer.KEY);
        assertThat(page.getByText("This sign-in is for “anna”.")).isVisible();
        page.evaluate("key => { location.hash = 'key=' + key }", RunningServer.OTHER_KEY);
        assertThat(page.getByText("Switch to “ben”?")).isVisible();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("anna");
        assertEquals(server.origin() + "/", page.url());
        assertEquals("anna", owner(page));
        answer(page, "Stay as “anna”");
        page.reload();
        assertThat(page.getByText("This sign-in is for “anna”.")).isVisible();

        Page chat = page.context().newPage();
        chat.navigate(server.origin() + "/chat#key=" + RunningServer.OTHER_KEY);
        assertThat(chat.getByText("This browser uses this server as “anna”.")).isVisible();
        assertEquals(server.origin() + "/chat", chat.url());
        assertEquals("anna", owner(chat));
        answer(chat, "Switch to “ben”");
        assertThat(chat.getByText("You use this server as “ben”.")).isVisible();
        assertThat(page.getByText("This sign-in is for “ben”.")).isVisible();
        assertEquals("ben", owner(page));
    }

    /** As a request of the page is answered. */
    private static Object owner(Page page) {
        return page.evaluate("fetch('/api/claude/auth').then((answer) => answer.json()).then(({ owner }) => owner)");
    }
}
