package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.Frame;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What only a browser can show of the settings page: links, tabs, addresses, storage, clipboard, keyboard, and a
 * connection that is really lost. What the page says and sends in all other situations is tested in {@code src/test/js}.
 */
class PageIT extends OpenPage {
    private static final String SECRET_KEY = "made-up-access-key";

    private void confirm() {
        page.getByText("Confirm").click();
    }

    @Test
    void signsInByAPlainLinkAPasteAndAClick() throws Exception {
        open("signed_out", Frame.status("signed_out"));
        bridge.awaitMessage("claude.auth.status");
        Locator link = page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Login with Claude"));
        assertThat(link).hasAttribute("target", "_blank");
        assertThat(link).hasAttribute("rel", "noopener noreferrer");
        String before = link.getAttribute("href");

        context.waitForPage(link::click);
        bridge.awaitRequest(before.substring(bridge.address().length()));
        bridge.awaitMessage("claude.auth.status");
        bridge.change(Frame.status("starting"));
        awaitState("starting");
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        awaitState("awaiting_code");
        assertThat(page.locator("[aria-current=step]")).containsText("Paste the code");

        page.bringToFront();
        code.fill(Frame.CODE);
        confirm();
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
        bridge.change(Frame.status("verifying"));
        awaitState("verifying");
        bridge.standing(Frame.signedIn());
        bridge.push(Frame.complete());
        awaitState("signed_in");
        assertThat(page.getByText("7f3a 91c2 0be4")).isVisible();

        String told = page.evaluate("told.join()").toString();
        assertTrue(told.contains("complete {\"credential\""), told);
        assertFalse(told.contains(Frame.CODE.substring(0, 8)), told);
        assertEquals(0, page.evaluate("localStorage.length + sessionStorage.length"));
    }

    @Test
    void turnsTheKeyOfItsLinkIntoASessionAndTakesItOutOfTheAddress() throws Exception {
        bridge.answer(HttpMethod.POST, "api/session", 204, new JsonObject());
        page.navigate(bridge.address() + "#key=" + SECRET_KEY);
        awaitState("signed_out");
        String body = bridge.awaitRequest("api/session").getString("body");
        assertEquals(SECRET_KEY, new JsonObject(body).getString("key"));
        assertEquals(bridge.address(), page.url());
        assertEquals(0, page.evaluate("localStorage.length + sessionStorage.length"));
        assertFalse(bridge.awaitMessage("claude.auth.status").containsKey("key"));
    }

    @Test
    void takesAKeyThatIsOpenedInATabThatAlreadyShowsThePage() throws Exception {
        open("unauthorized", Frame.problem("unauthorized", "No key."));
        bridge.answer(HttpMethod.POST, "api/session", 204, new JsonObject());
        bridge.standing(Frame.status("signed_out"));
        page.evaluate("location.hash = 'key=" + SECRET_KEY + "'");
        bridge.awaitRequest("api/session");
        awaitState("signed_out");
        assertEquals(bridge.address(), page.url());
    }

    @Test
    void pastesAtThePressOfAButton() {
        awaitingCode();
        page.evaluate("text => navigator.clipboard.writeText(text)", Frame.CODE);
        page.getByText("Paste", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(code).hasValue(Frame.CODE);
        assertThat(code).isFocused();
        assertThat(page.getByText("Confirm")).isEnabled();
    }

    @Test
    void keepsTheTextAndSendsTheCodeOnceTheConnectionIsBack() throws Exception {
        awaitingCode();
        code.fill(Frame.CODE);
        bridge.refuse(true);
        bridge.drop();
        assertThat(page.getByText("Reconnecting")).isVisible();
        confirm();
        assertThat(page.getByText("Your code is sent as soon as there is one.")).isVisible();
        assertThat(code).hasValue(Frame.CODE);
        bridge.refuse(false);
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
    }

    /** Browsers remember that a module could not be loaded, and do not request it again. */
    @Test
    void opensAPanelWhoseScriptCouldNotBeLoadedAtFirst() {
        AtomicInteger failures = new AtomicInteger();
        page.route(Pattern.compile("/panels\\.js"), route -> {
            if (failures.incrementAndGet() < 3) {
                route.abort();
            } else {
                route.resume();
            }
        });
        open("signed_in", Frame.signedIn());
        page.getByText("Sign out").first().click();
        assertThat(page.getByText("The server does not answer")).isVisible();
        assertThat(page.getByText("Sign this machine out?")).isFocused();
        assertThat(page.getByText("The server does not answer")).hasCount(0);
    }

    @Test
    void canBeUsedWithTheKeyboardAlone() throws Exception {
        open("signed_out", Frame.status("signed_out"));
        page.keyboard().press("Tab");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Login with Claude")))
                .isFocused();
        context.waitForPage(() -> page.keyboard().press("Enter"));
        page.bringToFront();
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        awaitState("awaiting_code");
        assertThat(code).isFocused();
        page.keyboard().insertText(Frame.CODE);
        page.keyboard().press("Enter");
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
    }
}
