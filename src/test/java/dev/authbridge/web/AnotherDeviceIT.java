package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import dev.authbridge.support.Viewing;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login that is started on a desktop and completed on a phone: Chromium, the real server, a scripted sign-in program. */
class AnotherDeviceIT extends InChromium {
    @TempDir
    private Path folder;

    private RunningServer server;
    private BrowserContext desktop;
    private BrowserContext phone;

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withProxy());
        desktop = chromium.newContext(Look.DESKTOP.options());
        phone = chromium.newContext(Look.PHONE.options());
    }

    @AfterEach
    void stop() throws Exception {
        desktop.close();
        phone.close();
        server.close();
    }

    private static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state);
    }

    /** The desktop must not use {@code localhost}, or no other device could follow. */
    private Page desktopAtItsCode() {
        Page page = desktop.newPage();
        page.navigate("http://" + Viewing.OTHER_NAME + ":" + server.port + "/#key=" + RunningServer.KEY);
        awaitState(page, "signed_out");
        page.getByText("Continue on another device").click();
        page.getByText("Scan with a phone").waitFor();
        server.setupToken.last().showsUrl(RunningServer.STATE);
        awaitState(page, "awaiting_code");
        return page;
    }

    /** Trusted Types: the browser itself refuses markup made from a string, so no mistake in a script can let one in. */
    private static void assertTakesNoMarkup(Page page) {
        Object outcome = page.evaluate(
                "() => { try { document.body.innerHTML = '<b>in</b>'; } catch (refused) { return refused.name; } }");
        assertEquals("TypeError", outcome, page.url());
    }

    @Test
    void thePhoneCompletesTheLoginAndTheDesktopShowsIt() {
        Page page = desktopAtItsCode();
        String link = page.locator(".device code").textContent();

        Page onPhone = phone.newPage();
        onPhone.navigate(link);
        awaitState(onPhone, "awaiting_code");
        assertEquals("http://" + Viewing.OTHER_NAME + ":" + server.port + "/d", onPhone.url());
        assertThat(onPhone.getByText("This sign-in was started from 127.0.0.1, Chrome on Linux."))
                .isVisible();
        assertThat(onPhone.getByText("This sign-in is for “anna”.")).isVisible();
        assertThat(onPhone.getByText("give it to nobody")).isVisible();
        assertThat(onPhone.getByText("New link")).isHidden();
        assertThat(onPhone.getByText("Cancel")).hasCount(0);
        assertThat(page.getByText("Continued on another device:")).isVisible();
        assertThat(page.getByText("Scan with a phone")).isHidden();
        onPhone.getByLabel("Code from the sign-in page").fill(RunningServer.CODE);
        onPhone.getByText("Confirm").tap();
        awaitState(onPhone, "verifying");
        awaitState(page, "verifying");
        server.setupToken.last().showsToken(RunningServer.TOKEN);
        awaitState(page, "signed_in");
        awaitState(onPhone, "signed_in");
        assertThat(onPhone.getByText("the other one continues by itself")).isVisible();
        assertFalse(onPhone.locator("claude-login").innerText().contains("Fingerprint"));
        assertTakesNoMarkup(page);
        assertTakesNoMarkup(onPhone);
    }

    @Test
    void thePhoneOfSomebodyElseIsAskedFirstAndCanBeRemoved() {
        Page page = desktopAtItsCode();
        String link = page.locator(".device code").textContent();
        Page onPhone = phone.newPage();
        onPhone.navigate("http://" + Viewing.OTHER_NAME + ":" + server.port + "/#key=" + RunningServer.OTHER_KEY);
        awaitState(onPhone, "signed_out");
        onPhone.navigate(link);
        assertThat(onPhone.getByText("This browser uses this server as “ben”.")).isVisible();
        assertFalse(onPhone.url().contains("#"), onPhone.url());
        onPhone.getByText("Do not go on").last().tap();
        assertThat(onPhone.getByText("Nothing was done")).isVisible();
        assertThat(page.getByText("Continued on another device:")).isHidden();

        onPhone.navigate(link);
        onPhone.getByText("Go on for “anna”").tap();
        awaitState(onPhone, "awaiting_code");
        assertThat(onPhone.getByText("This sign-in is for “anna”.")).isVisible();
        page.getByText("Remove this device").click();
        assertThat(page.getByText("The other device was removed.").first()).isVisible();
        assertThat(onPhone.getByText("This link has been used.")).isVisible();
        awaitState(page, "awaiting_code");
    }

    @Test
    void theLinkWorksOnlyOnce() {
        Page page = desktopAtItsCode();
        String link = page.locator(".device code").textContent();
        Page first = phone.newPage();
        first.navigate(link);
        awaitState(first, "awaiting_code");
        first.reload();
        awaitState(first, "awaiting_code");

        try (BrowserContext stranger = chromium.newContext(Look.PHONE.options())) {
            Page second = stranger.newPage();
            second.navigate(link);
            assertThat(second.getByText("This link has been used.")).isVisible();
        }
    }
}
