package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random output, which recordings do not cover, shows the same rows as in {@code @xterm/headless}. */
@Timeout(120)
@Needs(Tool.NPM)
class XtermIT {
    /** A small screen, so that the edges, wrapping and scrolling come into play often. */
    private static final int COLUMNS = 20;

    private static final int ROWS = 6;
    private static final long SEEDS = 100;
    private static final int PIECES = 60;

    /** All characters of the first two planes and some of the others: each takes one cell, two, or is a mark. */
    @Test
    void everyCharacterHasTheWidthThatXtermGivesIt() throws IOException, InterruptedException {
        List<String> screens = new ArrayList<>();
        StringBuilder screen = new StringBuilder("\u001bc");
        int onScreen = 0;
        List<Integer> characters = IntStream.concat(
                        IntStream.range(0xa0, 0x20000),
                        IntStream.of(
                                0x20000, 0x2fffd, 0x2fffe, 0x30000, 0x3fffd, 0x3fffe, 0xe0001, 0xe007f, 0xe0100,
                                0x10fffd))
                .filter(character -> character < 0xd800 || character > 0xdfff)
                .boxed()
                .toList();
        for (int character : characters) {
            // Six columns each. The x shows how many cells the character took: "ab x", "a中x", or the mark on an "a" and
            // two blanks.
            int column = 1 + onScreen % 160 * 6;
            int row = 1 + onScreen / 160;
            screen.append("\u001b[").append(row).append(';').append(column).append("Ha");
            screen.appendCodePoint(character)
                    .append("\u001b[")
                    .append(column + 3)
                    .append("Gx");
            if (++onScreen == 160 * 200) {
                screens.add(screen.toString());
                screen = new StringBuilder("\u001bc");
                onScreen = 0;
            }
        }
        screens.add(screen.toString());
        List<List<String>> expected =
                XtermRows.of(List.of(new XtermRows.Case(1000, 200, screens))).get(0);
        TerminalScreen ours = new TerminalScreen(1000, 200);
        for (int each = 0; each < screens.size(); each++) {
            ours.feed(screens.get(each).getBytes(UTF_8));
            for (int row = 0; row < 200; row++) {
                assertEquals(expected.get(each).get(row), ours.rows().get(row), "screen " + each + ", row " + row);
            }
        }
    }

    @Test
    void showsWhatXtermShowsAfterEveryPieceOfRandomTraffic() throws IOException, InterruptedException {
        List<XtermRows.Case> cases = LongStream.range(0, SEEDS)
                .mapToObj(seed -> new RandomTraffic(seed, COLUMNS, ROWS).pieces(PIECES))
                .map(pieces -> new XtermRows.Case(COLUMNS, ROWS, pieces))
                .toList();
        List<List<List<String>>> expected = XtermRows.of(cases);
        for (int seed = 0; seed < SEEDS; seed++) {
            TerminalScreen screen = new TerminalScreen(COLUMNS, ROWS);
            List<String> pieces = cases.get(seed).frames();
            for (int piece = 0; piece < PIECES; piece++) {
                screen.feed(pieces.get(piece).getBytes(UTF_8));
                String where = "seed " + seed + ", after piece " + piece + ": "
                        + pieces.subList(0, piece + 1).toString().replace("\u001b", "ESC ");
                assertEquals(String.join("\n", expected.get(seed).get(piece)), String.join("\n", screen.rows()), where);
            }
        }
    }
}
