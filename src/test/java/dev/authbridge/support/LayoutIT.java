package dev.authbridge.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@link Layout} and {@link Reading} find the faults of a page that has some, inside of components too. In Chromium. */
@Needs(Tool.CHROMIUM)
class LayoutIT {
    private static BrowserContext context;
    private static Page page;

    @BeforeAll
    static void openPage() {
        context =
                Browsers.open(Engine.CHROMIUM, new Viewing(Look.PHONE, ColorScheme.LIGHT, ReducedMotion.NO_PREFERENCE));
        Axe.prepare(context);
        page = context.newPage();
    }

    @AfterAll
    static void closePage() {
        context.close();
    }

    /** A page whose text is in a shadow root. */
    private static void show(String markup) {
        page.navigate("data:text/html,<!doctype html><html lang=en><title>A page</title>"
                + "<meta name=viewport content=width=device-width><main><h1>A page</h1><div id=host></div></main>");
        page.evaluate(
                """
                (markup) => {
                  document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML =
                    '<style>* { font-size: 16px } button { height: 48px; min-width: 48px }</style>' + markup;
                }
                """,
                markup);
    }

    private static void assertFound(Object findings, String words) {
        assertTrue(findings.toString().contains(words), findings.toString());
    }

    @Test
    void aPageWithoutFaultsHasNoFindings() {
        show("<button>Go on</button>");
        assertEquals(
                "[][][][]",
                "" + Axe.findings(page) + Layout.cutOff(page) + Layout.tooSmallForAThumb(page) + Layout.moving(page));
    }

    @Test
    void clippedTextIsFound() {
        show("<button style='width: 500px'>Go on</button>");
        assertFound(Layout.cutOff(page), "wider than the window");
        assertFound(Layout.cutOff(page), "“Go on” sticks out of the window");
        show("<button style='width: 48px; overflow: hidden; white-space: nowrap'>Go on, go on</button>");
        assertFound(Layout.cutOff(page), "the words of button “Go on, go on” do not fit");
        show("<div style='overflow: hidden; width: 100px'><button style='width: 200px'>Go on</button></div>");
        assertFound(Layout.cutOff(page), "“Go on” is cut off");
        show("<input aria-label=Code style='width: 20px'>");
        assertFound(Layout.cutOff(page), "“Code” has no room for words");
    }

    @Test
    void smallTouchTargetsAreFound() {
        show(
                "<button style='height: 30px'>Go on</button><input aria-label=Code style='height: 48px; font-size: 12px'>");
        assertFound(Layout.tooSmallForAThumb(page), "“Go on” is");
        assertFound(Layout.tooSmallForAThumb(page), "“Code” has letters of 12");
    }

    @Test
    void runningAnimationsAreFound() {
        show("<style>@keyframes turn { to { rotate: 1turn } }</style>"
                + "<p class=ring style='animation: turn 1s infinite'>Wait</p>");
        assertFound(Layout.moving(page), "ring turn");
    }

    @Test
    void lowContrastIsFound() {
        show("<p style='color: silver'>Go on</p>");
        assertFound(Axe.findings(page), "color-contrast");
    }

    @Test
    void textForScreenReadersCountsAsInvisible() {
        show(
                "<p style='position: absolute; width: 1px; height: 1px; overflow: hidden' role=status>Done</p><p>Go on</p>");
        assertEquals(0, Reading.timesShown(page, "Done"));
        assertEquals(1, Reading.timesShown(page, "Go on"));
        assertTrue(Reading.isAnnounced(page, "Done"));
        assertFalse(Reading.isAnnounced(page, "Go on"));
    }
}
