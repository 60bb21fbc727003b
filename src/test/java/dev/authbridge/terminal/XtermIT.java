package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What recordings do not hold: traffic at random, which must show what {@code @xterm/headless} shows. */
@Timeout(120)
class XtermIT {
    private static final int CASES = Integer.getInteger("cases", 300);
    private static final int PIECES = 60;

    @Test
    void showsWhatXtermShowsAfterEveryPieceOfRandomTraffic() throws IOException, InterruptedException {
        List<XtermRows.Case> cases = new ArrayList<>();
        for (int seed = 0; seed < CASES; seed++) {
            cases.add(new XtermRows.Case(20, 6, new RandomTraffic(seed, 20, 6).pieces(PIECES)));
        }
        List<List<List<String>>> expected = XtermRows.of(cases);
        int bad = 0;
        for (int seed = 0; seed < CASES; seed++) {
            TerminalScreen screen = new TerminalScreen(20, 6);
            List<String> pieces = cases.get(seed).frames();
            for (int piece = 0; piece < PIECES; piece++) {
                List<String> before = screen.rows();
                screen.feed(pieces.get(piece).getBytes(UTF_8));
                if (!expected.get(seed).get(piece).equals(screen.rows())) {
                    if (bad++ < 12)
                        System.out.println("seed " + seed + " piece " + piece + " ["
                                + pieces.subList(Math.max(0, piece - 6), piece + 1)
                                        .toString()
                                        .replace("\u001b", "^[")
                                        .replace("\r", "\\r")
                                        .replace("\n", "\\n")
                                        .replace("\b", "\\b")
                                        .replace("\t", "\\t")
                                + "\nbefore " + before + "\nxterm  "
                                + expected.get(seed).get(piece) + "\nours   " + screen.rows());
                    break;
                }
            }
        }
        assertEquals(0, bad);
    }
}
