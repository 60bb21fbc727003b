package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import dev.authbridge.support.Axe;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Engine;
import dev.authbridge.support.Frame;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Reading;
import dev.authbridge.support.ScriptedBridge;
import dev.authbridge.support.Tool;
import dev.authbridge.support.Viewing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Base of the tests that share one page and a {@link ScriptedBridge}.
 *
 * <p>The page stays open from test to test; another one is opened only when the {@link Viewing} changes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Needs(Tool.CHROMIUM)
abstract class OnePage {
    /**
     * Errors that the tests cause: connections that the scripted bridge refuses; and in Firefox, a connection that was still being
     * opened when the next screen was, and a style sheet of Playwright's that the page's policy blocks.
     */
    private static final List<String> MEANT = List.of(
            "WebSocket",
            "Failed to load resource",
            "to the server at ws://",
            "was interrupted while the page was loading",
            "settings blocked an inline style");

    /** The errors that the page has logged since the screen was opened, except the expected ones. */
    final List<String> complaints = new ArrayList<>();

    ScriptedBridge bridge;
    BrowserContext context;
    Page page;
    private Viewing viewing;

    abstract Engine engine();

    @BeforeAll
    void start() {
        bridge = new ScriptedBridge();
    }

    @AfterAll
    void end() {
        if (context != null) {
            context.close();
        }
        bridge.close();
    }

    /** Views the page like this from now on; opens another one if that differs from before. */
    void look(Viewing as) {
        if (as.equals(viewing)) {
            return;
        }
        if (context != null) {
            context.close();
            page = null;
        }
        context = Browsers.open(engine(), as);
        Axe.prepare(context);
        viewing = as;
        openPage();
    }

    /** Opens the page in a new tab, which has the focus. */
    void openPage() {
        if (page != null && !page.isClosed()) {
            page.close();
        }
        page = context.newPage();
        page.setDefaultTimeout(10_000);
        // The system's Firefox reports as a page error what other browsers only log to the console.
        page.onPageError(this::complain);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complain(message.text());
            }
        });
    }

    private void complain(String text) {
        if (MEANT.stream().noneMatch(text::contains)) {
            complaints.add(text);
        }
    }

    /** Resets the bridge and brings the page to the screen. */
    Screen.Stage open(Screen screen) throws Exception {
        complaints.clear();
        context.setOffline(false);
        bridge.reset().standing(screen.standing().toArray(Frame[]::new));
        boolean whole = screen.path().contains("://");
        page.navigate(whole ? screen.path() : bridge.address() + screen.path());
        Screen.Stage stage = new Screen.Stage(bridge, page);
        screen.script().play(stage);
        return stage;
    }

    /** Waits until the element with this text or label has the focus. */
    void awaitFocus(String name) {
        try {
            page.waitForCondition(
                    () -> Reading.focused(page).equals(name), new Page.WaitForConditionOptions().setTimeout(5_000));
        } catch (TimeoutError e) {
            assertEquals(name, Reading.focused(page), "has the focus");
        }
    }
}
