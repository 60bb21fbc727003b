package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What recordings do not hold: traffic at random, which must show what {@code @xterm/headless} shows. */
@Timeout(120)
@Needs(Tool.NPM)
class XtermIT {
    /** Small, so that edges, wraps and scrolling come often. */
    private static final int COLUMNS = 20;

    private static final int ROWS = 6;
    private static final long SEEDS = 100;
    private static final int PIECES = 60;

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
