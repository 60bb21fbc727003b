package dev.authbridge;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketFrame;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Proxy;
import dev.authbridge.support.Answer;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Look;
import dev.authbridge.support.LoopbackVendor;
import dev.authbridge.support.SignInStandIn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person does, from the printed link to "Signed in": a real Chromium, the whole server, the real CLI. Only the
 * vendor's service is played, on loopback; the browser reaches its page under its real name.
 */
class SignInByClicksIT {
    private static Browsers browsers;
    private static Browser chromium;

    @TempDir
    Path folder;

    private SignInStandIn service;
    private ApiStandIn api;
    private RunningBridge bridge;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> received = new ArrayList<>();

    @BeforeAll
    static void startBrowser() {
        browsers = new Browsers();
        chromium = browsers.chromium();
    }

    @AfterAll
    static void endBrowser() {
        browsers.close();
    }

    @BeforeEach
    void startServer() throws Exception {
        LoopbackVendor vendor = LoopbackVendor.open();
        service = new SignInStandIn(vendor);
        api = new ApiStandIn(vendor);
        bridge = RunningBridge.on(vendor, folder)
                .cli(ClaudeCli.of("2.1.330").program())
                .start();
    }

    @AfterEach
    void endAndSearch() {
        contexts.forEach(BrowserContext::close);
        bridge.close();
        service.close();
        assertEquals(List.of(), service.faults());
        for (String frame : received) {
            assertFalse(frame.contains("sk-ant-"), "a token went to a browser");
            service.codes().forEach(code -> assertFalse(frame.contains(code), "a code went back to a browser"));
        }
    }

    private BrowserContext device(Look look) {
        BrowserContext context = chromium.newContext(look.options()
                .setIgnoreHTTPSErrors(true)
                .setProxy(new Proxy(service.proxyUrl()).setBypass("127.0.0.1")));
        context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
        contexts.add(context);
        return context;
    }

    /** A page opened by the link that the server prints. */
    private Page open(BrowserContext context) {
        Page page = context.newPage();
        page.onWebSocket(socket -> socket.onFrameReceived((WebSocketFrame frame) -> received.add(frame.text())));
        page.navigate(bridge.address() + "#key=" + RunningBridge.KEY);
        return page;
    }

    private static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state, within());
    }

    private static HasAttributeOptions within() {
        return new HasAttributeOptions().setTimeout(30_000);
    }

    /** Clicks the button, follows the tab that it opens to the vendor's page, and copies the code that stands there. */
    private static String signInAtTheVendor(Page page) {
        return signInAtTheVendor(
                page, page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Login with Claude")));
    }

    private static String signInAtTheVendor(Page page, Locator link) {
        Page vendor = page.context().waitForPage(link::click);
        vendor.waitForURL("https://claude.ai/oauth/authorize**", new Page.WaitForURLOptions().setTimeout(30_000));
        String code = vendor.locator("#code").textContent();
        vendor.close();
        page.bringToFront();
        return code;
    }

    private static Locator field(Page page) {
        return page.getByLabel("Code from the sign-in page");
    }

    private static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screens", "real-" + name + ".png")));
    }

    private void assertStored() throws Exception {
        assertEquals(Optional.of(service.lastToken()), bridge.stored().map(credential -> credential.reveal()));
    }

    @Test
    void onADesktopByClicksAndPaste() throws Exception {
        Page page = open(device(Look.DESKTOP));
        awaitState(page, "signed_out");
        picture(page, "signed-out");
        String code = signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        assertThat(page.locator("[aria-current=step]")).containsText("Paste the code");
        page.evaluate("code => navigator.clipboard.writeText(code)", code);
        page.getByText("Paste", new Page.GetByTextOptions().setExact(true)).click();
        picture(page, "pasted");
        page.getByText("Confirm").click();
        awaitState(page, "signed_in");
        picture(page, "signed-in");
        assertThat(page.getByText("Claude account, long-lived token")).isVisible();
        assertStored();
    }

    @Test
    void onAPhoneWhoseTabWasDiscardedMeanwhile() throws Exception {
        BrowserContext phone = device(Look.PHONE);
        Page page = open(phone);
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        page.reload();
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Confirm").tap();
        awaitState(page, "signed_in");
        assertStored();
    }

    @Test
    void withASecondTryAfterTheServiceRejectedTheCode() throws Exception {
        service.next(Answer.status(400));
        Page page = open(device(Look.DESKTOP));
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Confirm").click();
        assertThat(page.locator("#verdict"))
                .containsText("Claude did not accept that code", new ContainsTextOptions().setTimeout(30_000));
        assertThat(field(page)).hasValue(code);

        awaitState(page, "awaiting_code");
        Page vendor = page.context().waitForPage(() -> page.getByRole(
                        AriaRole.LINK, new Page.GetByRoleOptions().setName("Open the sign-in page again"))
                .click());
        vendor.waitForURL("https://claude.ai/oauth/authorize**");
        String fresh = vendor.locator("#code").textContent();
        vendor.close();
        field(page).fill(fresh);
        page.getByText("Confirm").click();
        awaitState(page, "signed_in");
        assertStored();
    }

    @Test
    void inOneOfTwoTabsWhileTheOtherWatchesAndThenOutAgain() throws Exception {
        BrowserContext desktop = device(Look.DESKTOP);
        Page page = open(desktop);
        Page other = open(desktop);
        awaitState(other, "signed_out");
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        awaitState(other, "awaiting_code");
        field(other).fill(code);
        other.getByText("Confirm").click();
        awaitState(other, "signed_in");
        awaitState(page, "signed_in");
        assertStored();

        page.getByText("Sign out").first().click();
        page.locator("[role=group]")
                .getByText("Sign out", new Locator.GetByTextOptions().setExact(true))
                .click();
        awaitState(page, "signed_out");
        awaitState(other, "signed_out");
        assertTrue(bridge.stored().isEmpty());
    }

    @Test
    void isCancelledAndStartedAnewFromThePage() throws Exception {
        Page page = open(device(Look.DESKTOP));
        awaitState(page, "signed_out");
        signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        page.getByText("Cancel").click();
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        page.getByText("New link").click();
        awaitState(page, "starting");
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Cancel").click();
        awaitState(page, "signed_out");
        assertTrue(bridge.stored().isEmpty());
    }

    private Page openChat() {
        Page page = device(Look.DESKTOP).newPage();
        page.onWebSocket(socket -> socket.onFrameReceived((WebSocketFrame frame) -> received.add(frame.text())));
        page.navigate(bridge.address() + "chat#key=" + RunningBridge.KEY);
        return page;
    }

    private static void ask(Page page) {
        page.getByLabel("Your prompt").fill("What do headless machines like?");
        page.getByText("Send", new Page.GetByTextOptions().setExact(true)).click();
    }

    private static void isAnswered(Page page, String answer) {
        assertThat(page.locator("claude-chat")).containsText(answer, new ContainsTextOptions().setTimeout(30_000));
    }

    private static void handIn(Page page, String code) {
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Confirm").click();
    }

    private static void signInInTheFlow(Page page) {
        handIn(
                page,
                signInAtTheVendor(
                        page,
                        page.locator("claude-login").getByRole(AriaRole.LINK).first()));
    }

    @Test
    void inTheChatWhereThePromptIsSentAgainByItself() throws Exception {
        api.says("They like ", "company.");
        Page page = openChat();
        ask(page);
        awaitState(page, "signed_out");
        picture(page, "chat-sign-in");
        signInInTheFlow(page);
        isAnswered(page, "They like company.");
        assertThat(page.locator("claude-login")).hasCount(0);
        picture(page, "chat-answered");
        assertStored();
    }

    @Test
    void inTheChatWhenClaudeRefusesTheTokenThatWasGood() throws Exception {
        Page settings = open(device(Look.DESKTOP));
        awaitState(settings, "signed_out");
        handIn(settings, signInAtTheVendor(settings));
        awaitState(settings, "signed_in");

        api.nextMessages(Answer.status(401));
        api.nextModels(Answer.status(401));
        Page page = openChat();
        ask(page);
        page.locator("claude-login").waitFor(new Locator.WaitForOptions().setTimeout(30_000));
        signInInTheFlow(page);
        isAnswered(page, "Hello from the stand-in.");
        assertEquals(2, service.tokens().size());
        assertStored();
    }
}
