package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.authbridge.support.Axe;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.ScriptedBridge;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A browser that is too old for the pages, or runs no scripts, shows how to go on. */
class OldBrowserIT extends InChromium {
    private static final String KEY = "#key=made-up-access-key";

    private final ScriptedBridge bridge = new ScriptedBridge();
    private BrowserContext context;

    @AfterEach
    void close() {
        context.close();
        bridge.close();
    }

    private Page open(String path) {
        Page page = context.newPage();
        page.navigate(bridge.address() + path + KEY);
        return page;
    }

    private static void saysHowToGoOn(Page page) {
        assertThat(page.getByText("This page needs JavaScript and a browser of 2024 or newer"))
                .isVisible();
        assertThat(page.getByText("in another browser")).isVisible();
        assertThat(page.getByText("Loading…")).hasCount(0);
        assertTrue(page.url().endsWith(KEY), "the address is good in the other browser, too");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "chat", "device.html"})
    void whereNoScriptsRun(String path) {
        context = chromium.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false));
        saysHowToGoOn(open(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "chat", "device.html"})
    void whereTheNewestThatThePagesNeedIsMissing(String path) {
        context = chromium.newContext();
        Axe.prepare(context);
        context.addInitScript("CSS.supports = () => false");
        List<String> errors = new ArrayList<>();
        Page page = context.newPage();
        page.onPageError(errors::add);
        page.navigate(bridge.address() + path + KEY);
        page.waitForLoadState();
        saysHowToGoOn(page);
        assertThat(page.locator("claude-login, claude-chat")).hasCount(0);
        assertEquals(0, bridge.connections());
        assertEquals(List.of(), errors);
        assertEquals(List.of(), Axe.findings(page));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CSS.supports = undefined", "delete window.CSS"})
    void whereThereIsNotEvenAWayToAsk(String older) {
        context = chromium.newContext();
        context.addInitScript(older);
        saysHowToGoOn(open(""));
    }
}
