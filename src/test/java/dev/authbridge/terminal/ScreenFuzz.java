package dev.authbridge.terminal;

import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: any bytes on the terminal screen. The first byte chooses the size of the screen, the second one where the
 * output is cut into chunks.
 */
public final class ScreenFuzz {
    private static final int[][] SIZES = {{1000, 200}, {80, 24}, {10, 4}, {2, 2}, {3, 200}};
    /** On a screen of few cells, each character costs more than a row of them. */
    private static final int MIN_ROW = 16;

    private static final int MAX_LINKS = 64;
    private static final int MAX_TEXT = 8_192;

    private ScreenFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int[] size = SIZES[(input[0] & 0xff) % SIZES.length];
        byte[] output = Arrays.copyOfRange(input, 2, input.length);
        TerminalScreen screen = new TerminalScreen(size[0], size[1]);
        screen.feed(output);
        checkRows(screen.rows(), size[0], size[1]);
        checkHyperlinks(screen.hyperlinks());
        long most = (long) output.length * Math.max(MIN_ROW, Math.max(size[0], size[1]));
        require(screen.cost() <= most, screen.cost() + " cells for " + output.length + " bytes");

        TerminalScreen inChunks = new TerminalScreen(size[0], size[1]);
        int chunk = 1 + (input[1] & 0x3f);
        for (int from = 0; from < output.length; from += chunk) {
            inChunks.feed(Arrays.copyOfRange(output, from, Math.min(output.length, from + chunk)));
        }
        require(
                screen.rows().equals(inChunks.rows())
                        && screen.hyperlinks().equals(inChunks.hyperlinks())
                        && screen.bracketedPaste() == inChunks.bracketedPaste(),
                "in chunks of " + chunk + " bytes the same output shows another screen");
    }

    private static void checkRows(List<String> rows, int columns, int expected) {
        require(rows.size() == expected, rows.size() + " rows");
        for (String row : rows) {
            int width = row.codePoints().map(CharacterWidth::of).sum();
            require(width <= columns, "a row of " + width + " columns");
            require(row.chars().noneMatch(Character::isISOControl), "a control character in a row");
            require(!row.endsWith(" "), "a blank at the end of a row");
        }
    }

    private static void checkHyperlinks(List<TerminalScreen.Hyperlink> links) {
        require(links.size() <= MAX_LINKS, links.size() + " hyperlinks");
        for (TerminalScreen.Hyperlink link : links) {
            require(!link.address().isEmpty() && link.address().length() <= MAX_TEXT, "the length of an address");
            require(link.text().length() <= MAX_TEXT, "the length of a link's text");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
