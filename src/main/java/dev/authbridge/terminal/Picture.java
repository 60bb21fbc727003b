package dev.authbridge.terminal;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.ScreenTerminal;
import org.jline.utils.WCWidth;

/**
 * All cells of a screen as they are at one moment, row after row.
 *
 * @param cells as JLine writes them: a character, 0 in the second cell of a wide one, and its looks
 * @param columns that a row has
 */
record Picture(long[] cells, int columns) {
    static Picture of(ScreenTerminal screen, int columns, int rows) {
        long[] cells = new long[rows * columns];
        screen.dump(cells, null);
        return new Picture(cells, columns);
    }

    /** The text of each row, trailing blanks removed. */
    List<String> text() {
        List<String> text = new ArrayList<>(cells.length / columns);
        for (int first = 0; first < cells.length; first += columns) {
            int end = first + columns;
            while (end > first && codePoint(end - 1) == ' ') {
                end--;
            }
            text.add(text(first, end).stripTrailing());
        }
        return List.copyOf(text);
    }

    /** The character that ends in the last column of the row. */
    String endOfRow(int row) {
        int end = (row + 1) * columns - 1;
        return Character.toString(codePoint(end) == 0 ? codePoint(end - 1) : codePoint(end));
    }

    /** A wide character has a second cell, which is empty; half of one, the other half overwritten, shows as a blank. */
    private String text(int first, int end) {
        StringBuilder text = new StringBuilder(end - first);
        for (int at = first; at < end; at++) {
            int codePoint = codePoint(at);
            boolean wide = codePoint > 0x7f && WCWidth.wcwidth(codePoint) > 1;
            boolean whole = wide && at + 1 < end && codePoint(at + 1) == 0;
            text.appendCodePoint(codePoint == 0 || wide && !whole ? ' ' : codePoint);
            if (whole) {
                at++;
            }
        }
        return text.toString();
    }

    private int codePoint(int at) {
        return ScreenTerminal.cellCodePoint(cells[at]);
    }
}
