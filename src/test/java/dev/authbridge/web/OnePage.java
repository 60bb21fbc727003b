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
 * Tests that share one page, and a bridge that plays every situation by script.
 *
 * <p>The page is kept from test to test, and opened anew only to be looked at in another way.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Needs(Tool.CHROMIUM)
abstract class OnePage {
    /**
     * Of connections that a script refuses; and, in Firefox, of one that was still being opened when the next screen was, and
     * of a style sheet of Playwright's that the policy stops.
     */
    private static final List<String> MEANT = List.of(
            "WebSocket",
            "Failed to load resource",
            "to the server at ws://",
            "was interrupted while the page was loading",
            "settings blocked an inline style");

    /** What the page logged as an error since the screen was opened, but for what the script made happen. */
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

    /** From now on the page is looked at like this; another page, where that is another way than before. */
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

    /** In a new tab, which has the focus. */
    void openPage() {
        if (page != null && !page.isClosed()) {
            page.close();
        }
        page = context.newPage();
        page.setDefaultTimeout(10_000);
        // The system's Firefox tells as an error of the page what others only note in the console.
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

    /** Brings the page, with a bridge as new, to a screen. */
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

    /** Waits until the focus is where these are the words. */
    void awaitFocus(String name) {
        try {
            page.waitForCondition(
                    () -> Reading.focused(page).equals(name), new Page.WaitForConditionOptions().setTimeout(5_000));
        } catch (TimeoutError e) {
            assertEquals(name, Reading.focused(page), "has the focus");
        }
    }
}
