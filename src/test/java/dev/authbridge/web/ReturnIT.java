package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import dev.authbridge.web.ops.Readiness;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that resume: after a frozen tab, a lost network, in other tabs and on other devices. In Chromium, with the real server. */
class ReturnIT extends InChromium {
    private static final HasAttributeOptions WITHIN_TWO_SECONDS = new HasAttributeOptions().setTimeout(2_000);

    @TempDir
    private Path folder;

    private RunningServer server;
    private BrowserContext desktop;
    private BrowserContext phone;

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer(folder);
        desktop = chromium.newContext(Look.DESKTOP.options());
        phone = chromium.newContext(Look.PHONE.options());
    }

    @AfterEach
    void stop() throws Exception {
        desktop.close();
        phone.close();
        server.close();
    }

    private Page open(BrowserContext device) {
        Page page = device.newPage();
        page.navigate(server.origin() + "/#key=" + RunningServer.KEY);
        awaitState(page, "signed_out");
        return page;
    }

    /** Opens the sign-in tab and returns to the page. */
    private void startLogin(Page page) {
        page.context().waitForPage(() -> page.locator("claude-login a.primary").click());
        page.bringToFront();
        awaitState(page, "starting");
    }

    private static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state);
    }

    private static void isSoon(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state, WITHIN_TWO_SECONDS);
    }

    private static void lifecycle(Page page, String state) {
        CDPSession session = page.context().newCDPSession(page);
        JsonObject parameters = new JsonObject();
        parameters.addProperty("state", state);
        session.send("Page.setWebLifecycleState", parameters);
        session.detach();
    }

    @Test
    void aFrozenTabReturnsToItsLogin() {
        Page page = open(phone);
        startLogin(page);
        lifecycle(page, "frozen");
        server.setupToken.last().showsUrl(RunningServer.STATE);
        lifecycle(page, "active");
        isSoon(page, "awaiting_code");
    }

    @Test
    void aPageWithoutNetworkSaysSoKeepsItsTextAndRecovers() {
        Page page = open(phone);
        startLogin(page);
        server.setupToken.last().showsUrl(RunningServer.STATE);
        awaitState(page, "awaiting_code");
        page.getByLabel("Code from the sign-in page").fill(RunningServer.CODE);
        phone.setOffline(true);
        assertThat(page.getByText("You are offline.")).isVisible();
        server.setupToken.last().showsUrl("another-state");
        phone.setOffline(false);
        assertThat(page.locator("claude-login a[href*=another-state]"))
                .isVisible(new IsVisibleOptions().setTimeout(2_000));
        assertThat(page.getByText("You are offline.")).isHidden();
        assertThat(page.getByLabel("Code from the sign-in page")).hasValue(RunningServer.CODE);
    }

    @Test
    void aPageFromTheBackForwardCacheIsAsItWasLeft() {
        phone.addInitScript("addEventListener('pageshow', (event) => { window.broughtBack = event.persisted; });");
        Page page = open(phone);
        startLogin(page);
        server.setupToken.last().showsUrl(RunningServer.STATE);
        awaitState(page, "awaiting_code");
        page.getByLabel("Code from the sign-in page").fill(RunningServer.CODE);
        page.navigate(server.origin() + "/claude-login/");
        server.setupToken.last().showsUrl("another-state");
        page.evaluate("setTimeout(() => history.back())");
        assertThat(page.locator("claude-login a[href*=another-state]")).isVisible();
        assertEquals(true, page.evaluate("broughtBack"));
        assertThat(page.getByLabel("Code from the sign-in page")).hasValue(RunningServer.CODE);
    }

    @Test
    void aDiscardedPageIsRestoredWithWhatWasTyped() {
        // Chromium does not keep a page with an unload listener, just as it keeps none when memory is short.
        phone.addInitScript(
                """
                addEventListener('unload', () => {});
                addEventListener('pageshow', (event) => { window.broughtBack = event.persisted; });
                """);
        Page page = open(phone);
        startLogin(page);
        server.setupToken.last().showsUrl(RunningServer.STATE);
        awaitState(page, "awaiting_code");
        page.getByLabel("Code from the sign-in page").fill(RunningServer.CODE);
        page.navigate(server.origin() + "/claude-login/");
        page.evaluate("setTimeout(() => history.back())");
        assertThat(page.getByLabel("Code from the sign-in page")).hasValue(RunningServer.CODE);
        assertEquals(false, page.evaluate("broughtBack"));
        page.getByText("Confirm").tap();
        awaitState(page, "verifying");
    }

    @Test
    void twoTabsAndAPhoneShowTheSameLogin() {
        Page page = open(desktop);
        Page tab = open(desktop);
        Page onPhone = open(phone);
        startLogin(page);
        isSoon(tab, "starting");
        isSoon(onPhone, "starting");
        server.setupToken.last().showsUrl(RunningServer.STATE);
        isSoon(onPhone, "awaiting_code");
        onPhone.getByLabel("Code from the sign-in page").fill(RunningServer.CODE);
        onPhone.getByText("Confirm").tap();
        isSoon(tab, "verifying");
        server.setupToken.last().showsToken(RunningServer.TOKEN);
        isSoon(page, "signed_in");
        isSoon(tab, "signed_in");
        isSoon(onPhone, "signed_in");
    }

    @Test
    void theButtonIsDisabledWhileTheServerIsNotReady() throws Exception {
        Page page = open(desktop);
        server.fault = Optional.of("There is no Claude CLI. Install it through npm.");
        server.timers.turn(Readiness.GOOD_FOR);
        page.reload();
        awaitState(page, "unavailable");
        assertThat(page.getByText("There is no Claude CLI.").first()).isVisible();
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Login with Claude")))
                .isDisabled();
        server.fault = Optional.empty();
        server.timers.turn(Readiness.BAD_FOR);
        assertThat(page.locator("claude-login"))
                .hasAttribute("state", "signed_out", new HasAttributeOptions().setTimeout(8_000));
    }

    @Test
    void thePageSaysThatSigningInIsSwitchedOff() throws Exception {
        server.close();
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withLogins(false, 2, 0));
        Page page = open(desktop);
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Login with Claude")))
                .isDisabled();
        assertThat(page.getByText("Sign-in is switched off on this server")).isVisible();
        assertThat(page.getByText("Use an API key instead")).isEnabled();
    }
}
