package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Frame;
import dev.authbridge.support.Look;
import dev.authbridge.support.Needs;
import dev.authbridge.support.ScriptedBridge;
import dev.authbridge.support.Tool;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Base of the tests with a new settings page each, in Chromium unless overridden, and a {@link ScriptedBridge}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Needs(Tool.CHROMIUM)
abstract class OpenPage {
    private Browser browser;

    ScriptedBridge bridge;
    BrowserContext context;
    Page page;
    Locator login;
    Locator code;

    @BeforeAll
    void startBrowser() {
        browser = launch();
    }

    Browser launch() {
        return Browsers.chromium();
    }

    /** Opens a context in which pages may read the clipboard. */
    BrowserContext desktop(Browser any) {
        BrowserContext context = any.newContext(Look.DESKTOP.options());
        context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
        return context;
    }

    @BeforeEach
    void openContext() {
        bridge = new ScriptedBridge();
        context = desktop(browser);
        context.addInitScript(
                """
                window.told = [];
                for (const name of ['statechange', 'complete', 'error'])
                  addEventListener(`claude-login-${name}`, (event) => told.push(name + ' ' + JSON.stringify(event.detail)));
                """);
        page = context.newPage();
        login = page.locator("claude-login");
        code = page.getByLabel("Code from the sign-in page");
    }

    @AfterEach
    void close() {
        context.close();
        bridge.close();
    }

    void open(String state, Frame... standing) {
        bridge.standing(standing);
        page.navigate(bridge.address());
        awaitState(state);
    }

    void awaitingCode() {
        open("awaiting_code", Frame.status("awaiting_code"), Frame.url());
    }

    void awaitState(String state) {
        assertThat(login).hasAttribute("state", state);
    }
}
