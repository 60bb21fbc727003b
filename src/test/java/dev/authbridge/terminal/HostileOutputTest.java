package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Output that is meant to be expensive costs little: no byte of it causes more work than a row of cells.
 *
 * <p>All that the screen carries out is tried, alone and in pairs, many times over. The test counts cells that are written or
 * moved, not time, so the answer is the same on every machine.
 */
@Timeout(60)
class HostileOutputTest {
    /** The size in which the bridge runs the CLI. */
    private static final int COLUMNS = 1000;

    private static final int ROWS = 200;

    /** Enough to repeat each pair about thirty times. */
    private static final int BYTES = 256;

    private static final String FULL = "\u001b#8";
    private static final String TAB_STOPS_EVERYWHERE = "\u001bH ".repeat(COLUMNS) + "\r";

    /** Text, controls and sequences; those with a count are in {@link #pieces} with several. */
    private static final List<String> PLAIN = List.of(
            "x",
            "\u4e2d",
            "e\u0301",
            "\u0301",
            "\n",
            "\t",
            "\r",
            "\b",
            "\u000e",
            "\u001b7",
            "\u001b8",
            "\u001bD",
            "\u001bE",
            "\u001bH",
            "\u001bM",
            "\u001bc",
            "\u001b#8",
            "\u001b(0",
            "\u001b[?6h",
            "\u001b[?7l",
            "\u001b[4h",
            "\u001b[?47h",
            "\u001b[?47l",
            "\u001b[?1049h",
            "\u001b[?1049l",
            "\u001b[!p",
            "\u001b[3g",
            "\u001b[2J",
            "\u001b[1J",
            "\u001b[1K",
            "\u001b[2K",
            "\u001b[9;9r",
            "\u001b]8;;a:b\u0007");

    private static final String COUNTED = "ABCDEFGHIJKLMPSTXZ@`abdeghlrsu";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                FULL,
                FULL + "\u001b[4h",
                FULL + "\u001b[200H",
                "\u001b[4h" + FULL + "\u001b[100;500H",
                "e\u0301e\u0301e\u0301\u001b[4h\u001b[H"
            })
    void noByteCostsMoreThanARowOfCells(String before) {
        List<String> pieces = pieces();
        for (String piece : pieces) {
            assertCheap(before, piece);
            for (String next : pieces) {
                assertCheap(before, piece + next);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t", "\u001b[I", "\u001b[9I", "\u001b[999I\u001b[999Z", "\u001b[999Z\u001b[999C"})
    void norDoesItWhereEveryColumnHasATabStop(String piece) {
        assertCheap(TAB_STOPS_EVERYWHERE, piece);
    }

    private static List<String> pieces() {
        List<String> pieces = new ArrayList<>(PLAIN);
        for (char end : COUNTED.toCharArray()) {
            for (String count : List.of("", "2", "99", "999")) {
                pieces.add("\u001b[" + count + end);
            }
        }
        return pieces;
    }

    private static void assertCheap(String before, String piece) {
        TerminalScreen screen = new TerminalScreen(COLUMNS, ROWS);
        screen.feed(before.getBytes(UTF_8));
        long costBefore = screen.cost();
        byte[] bytes = piece.repeat(BYTES / piece.length()).getBytes(UTF_8);
        screen.feed(bytes);
        long cost = screen.cost() - costBefore;
        assertTrue(
                cost <= (long) bytes.length * COLUMNS,
                () -> cost + " for " + bytes.length + " bytes: " + before.replace("\u001b", "ESC ")
                        + " and then again and again " + piece.replace("\u001b", "ESC "));
    }
}
