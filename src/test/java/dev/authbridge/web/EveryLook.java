package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotCaret;
import dev.authbridge.support.Axe;
import dev.authbridge.support.Engine;
import dev.authbridge.support.Layout;
import dev.authbridge.support.Look;
import dev.authbridge.support.Viewing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows screens in one browser, on a desktop and a phone, in light and dark colours, and with text twice as large. Axe must find
 * nothing, no error may be logged, nothing may be cut off, move, or be too small to touch. Pictures go to {@code target/screens}.
 *
 * <p>Usually only one screen of each kind is shown, the one with the longest sentence, in light colours on a desktop and in dark
 * ones on a phone; Firefox shows it in one of these two ways, in turn, and takes no picture; of large text only the layout is
 * checked. With {@code -Pthorough} every screen is shown in every way and checked for everything, with {@code -Dscreen=NAME}
 * that one screen.
 */
abstract class EveryLook extends OnePage {
    abstract Stream<Screen> screens() throws Exception;

    /** Those of the screens that have an animation unless reduced motion is asked for. */
    abstract List<String> moving();

    Stream<Arguments> oneScreenOfEachKind() throws Exception {
        String chosen = System.getProperty("screen");
        if (chosen != null) {
            return everyScreenInEveryLook()
                    .filter(seen -> ((Screen) seen.get()[0]).name().equals(chosen));
        }
        List<Screen> screens = new Sentences().longestOfEachKind(screens().toList());
        List<Viewing> viewings = Viewing.opposites();
        List<Arguments> seen = new ArrayList<>();
        for (int which = 0; which < viewings.size(); which++) {
            for (int number = 0; number < screens.size(); number++) {
                if (engine() == Engine.CHROMIUM || number % viewings.size() == which) {
                    seen.add(Arguments.of(screens.get(number), viewings.get(which)));
                }
            }
        }
        return seen.stream();
    }

    Stream<Arguments> everyScreenInEveryLook() throws Exception {
        List<Screen> screens = screens().toList();
        return Viewing.all().stream().flatMap(one -> screens.stream().map(screen -> Arguments.of(screen, one)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("oneScreenOfEachKind")
    void isGoodToLookAt(Screen screen, Viewing as) throws Exception {
        assertGood(screen, as, System.getProperty("screen") != null);
    }

    @Tag("thorough")
    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("everyScreenInEveryLook")
    void isGoodToLookAtInEveryLook(Screen screen, Viewing as) throws Exception {
        assertGood(screen, as, true);
    }

    private void assertGood(Screen screen, Viewing as, boolean thorough) throws Exception {
        look(as);
        open(screen);
        String name = screen.name() + "-" + as.fileName();
        List<Object> found = new ArrayList<>(Layout.moving(page));
        if (as.byTouch()) {
            found.addAll(Layout.tooSmallForAThumb(page));
        }
        if (thorough || engine() == Engine.CHROMIUM) {
            takePicture(name);
        }
        found.addAll(Axe.findings(page));
        found.addAll(Layout.cutOff(page));
        if (thorough || as.byTouch() || engine() == Engine.FIREFOX) {
            page.evaluate("document.documentElement.style.fontSize = '200%'");
            Layout.cutOff(page).forEach(one -> found.add("with large text: " + one));
        }
        if (thorough) {
            takePicture(name + "-large");
            Axe.findings(page).forEach(one -> found.add("with large text: " + one));
        }
        found.addAll(complaints);
        assertEquals(List.of(), found);
    }

    private void takePicture(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                // Playwright hides it with a style sheet, which the page's policy forbids.
                .setCaret(ScreenshotCaret.INITIAL)
                .setPath(Path.of("target", "screens", engine().fileName(), name + ".png")));
    }

    @Test
    void animatesUnlessReducedMotionIsAskedFor() throws Exception {
        look(new Viewing(Look.DESKTOP, ColorScheme.LIGHT, ReducedMotion.NO_PREFERENCE));
        List<Screen> screens =
                screens().filter(screen -> moving().contains(screen.name())).toList();
        assertEquals(moving().size(), screens.size());
        for (Screen screen : screens) {
            open(screen);
            assertFalse(Layout.moving(page).isEmpty(), screen.name());
        }
    }
}
