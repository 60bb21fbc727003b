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
 * Screens in one browser, on a desktop and by touch, light and dark, and with letters twice as large: no finding of axe, no
 * error, nothing cut off, nothing that moves, nothing too small for a thumb. A picture of each is under {@code target/screens}.
 *
 * <p>Usually there is one screen of each kind, the one with the longest sentence, on a desktop by day and on a phone by
 * night; in Firefox each is seen in one of the two ways only, in turn. With {@code -Pthorough} it is every screen in every way,
 * with {@code -Dscreen=NAME} that one screen in every way.
 */
abstract class EveryLook extends OnePage {
    abstract Stream<Screen> screens() throws Exception;

    /** The screens of those on which something moves where it may. */
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
        look(as);
        assertGood(screen, as, as.byTouch() || engine() == Engine.FIREFOX);
    }

    @Tag("thorough")
    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("everyScreenInEveryLook")
    void isGoodToLookAtInEveryLook(Screen screen, Viewing as) throws Exception {
        look(as);
        assertGood(screen, as, true);
    }

    /** @param alsoLarge whether letters twice as large are looked at, too */
    private void assertGood(Screen screen, Viewing as, boolean alsoLarge) throws Exception {
        open(screen);
        List<Object> found = new ArrayList<>(Layout.moving(page));
        if (as.byTouch()) {
            found.addAll(Layout.tooSmallForAThumb(page));
        }
        found.addAll(beheld(screen.name() + "-" + as.fileName()));
        if (alsoLarge) {
            page.evaluate("document.documentElement.style.fontSize = '200%'");
            found.addAll(beheld(screen.name() + "-" + as.fileName() + "-large"));
        }
        found.addAll(complaints);
        assertEquals(List.of(), found);
    }

    private List<Object> beheld(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                // What hides it is a style sheet, which the page's policy forbids.
                .setCaret(ScreenshotCaret.INITIAL)
                .setPath(Path.of("target", "screens", engine().fileName(), name + ".png")));
        List<Object> found = new ArrayList<>(Axe.findings(page));
        found.addAll(Layout.cutOff(page));
        return found.stream().<Object>map(one -> name + ": " + one).toList();
    }

    @Test
    void movesWhereItMay() throws Exception {
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
