package dev.authbridge;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import com.microsoft.playwright.options.Proxy;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Look;
import dev.authbridge.support.LoopbackVendor;
import dev.authbridge.support.SignInStandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole server with the real CLI, and people who use its pages in a real Chromium. Only the vendor's service is a stand-in;
 * the browser reaches its page under its real name. Closing it checks that no secret was sent to a browser.
 */
final class ClickedBridge implements AutoCloseable {
    private final Browser browser;
    private final SignInStandIn service;
    private final ApiStandIn api;
    private final RunningBridge bridge;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> received = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();

    ClickedBridge(Browser browser, Path folder) throws IOException, Config.Invalid {
        this.browser = browser;
        LoopbackVendor vendor = LoopbackVendor.open();
        service = new SignInStandIn(vendor);
        api = new ApiStandIn(vendor);
        bridge = RunningBridge.on(vendor, folder)
                .cli(ClaudeCli.of(ClaudeCli.DEFAULT).program())
                .start();
    }

    SignInStandIn service() {
        return service;
    }

    ApiStandIn api() {
        return api;
    }

    RunningBridge bridge() {
        return bridge;
    }

    /** Every frame sent by a page of {@link #open}. */
    List<String> sent() {
        return List.copyOf(sent);
    }

    /** Opens a browser context with its own cookies. */
    BrowserContext device(Look look) {
        BrowserContext context = browser.newContext(look.options()
                .setIgnoreHTTPSErrors(true)
                .setProxy(new Proxy(service.proxyUrl()).setBypass("127.0.0.1")));
        context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
        contexts.add(context);
        return context;
    }

    /**
     * Opens a page with the key in its link, as the server prints it.
     *
     * @param path as {@code chat}; empty for the settings page
     */
    Page open(BrowserContext device, String path) {
        Page page = device.newPage();
        page.onWebSocket(socket -> {
            socket.onFrameReceived(frame -> received.add(frame.text()));
            socket.onFrameSent(frame -> sent.add(frame.text()));
        });
        page.navigate(bridge.address() + path + "#key=" + RunningBridge.KEY);
        return page;
    }

    static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login"))
                .hasAttribute("state", state, new HasAttributeOptions().setTimeout(30_000));
    }

    /** Clicks the link, follows the tab that it opens to the vendor's page, and copies the code shown there. */
    static String signInAtTheVendor(Page page, Locator link) {
        Page vendor = page.context().waitForPage(link::click);
        vendor.waitForURL("https://claude.ai/oauth/authorize**", new Page.WaitForURLOptions().setTimeout(30_000));
        String code = vendor.locator("#code").textContent();
        vendor.close();
        page.bringToFront();
        return code;
    }

    static Locator field(Page page) {
        return page.getByLabel("Code from the sign-in page");
    }

    static void handIn(Page page, String code) {
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Confirm").click();
    }

    static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screens", "real-" + name + ".png")));
    }

    /** Asserts that the token issued last is the one on disk. */
    void assertStored() throws Exception {
        assertEquals(Optional.of(service.lastToken()), bridge.stored().map(credential -> credential.reveal()));
    }

    @Override
    public void close() {
        contexts.forEach(BrowserContext::close);
        bridge.close();
        service.close();
        assertEquals(List.of(), service.faults());
        for (String frame : received) {
            assertFalse(frame.contains("sk-ant-"), "a token went to a browser");
            service.codes().forEach(code -> assertFalse(frame.contains(code), "a code went back to a browser"));
        }
    }
}
