package dev.authbridge.terminal;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.ScreenTerminal;
import org.jline.utils.WCWidth;

/**
 * The cells of a screen and its cursor: JLine's {@link ScreenTerminal}, asked only for what it does as xterm does.
 *
 * <p>JLine 4.5.0 takes private sequences for standard ones, wraps where the cursor was only moved to the edge, sets tab
 * stops a column early, and throws on large parameters. So nothing that a program sent reaches it as it is: every
 * sequence is written anew from numbers that are checked here. Colours and other looks are left out. Confined to one
 * thread at a time.
 */
final class Cells {
    private static final long[] NO_CELLS = {};

    /** Rows scrolled off are not kept, and JLine would keep them all; a check for each would cost too much. */
    private static final int MAX_HISTORY = 64;

    private final ScreenTerminal screen;
    private final int columns;
    private final int rows;
    private final int[] cursor = new int[2];

    /** The last column is written and the next character goes to the next row: xterm's "pending wrap". */
    private boolean wrapPending;

    private boolean autowrap = true;
    private boolean alternate;

    Cells(int columns, int rows) {
        if (Math.min(columns, rows) < ScreenTerminal.MIN_SIZE || Math.max(columns, rows) > ScreenTerminal.MAX_SIZE) {
            throw new IllegalArgumentException("no such screen: " + columns + " columns, " + rows + " rows");
        }
        this.columns = columns;
        this.rows = rows;
        this.screen = new ScreenTerminal(columns, rows);
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    /** Prints characters that show; marks without a width are left out, for a cell holds one character. */
    void print(CharSequence characters) {
        int column = wrapPending ? columns : column();
        StringBuilder run = new StringBuilder(characters.length());
        int at = 0;
        while (at < characters.length()) {
            int codePoint = Character.codePointAt(characters, at);
            at += Character.charCount(codePoint);
            int width = WCWidth.wcwidth(codePoint);
            if (width < 1) {
                continue;
            }
            if (column + width > columns && autowrap) {
                // A wide character does not fit into the last column: a blank there makes JLine wrap before it.
                run.append(" ".repeat(columns - column));
                column = 0;
            } else if (column + width > columns) {
                column = columns - width;
                screen.write(run);
                run.setLength(0);
                moveToColumn(column);
            }
            run.appendCodePoint(codePoint);
            column += width;
        }
        screen.write(run);
        wrapPending = column == columns;
        forgetHistory();
    }

    void backspace() {
        moveToColumn(column() - 1);
    }

    void tab() {
        moveToColumn((column() / 8 + 1) * 8);
    }

    void tabs(int count) {
        moveToColumn((column() / 8 + count) * 8);
    }

    void tabsBack(int count) {
        moveToColumn(((column() + 7) / 8 - count) * 8);
    }

    void carriageReturn() {
        moveToColumn(0);
    }

    void lineFeed() {
        keepColumn();
        screen.write("\n");
        forgetHistory();
    }

    void reverseLineFeed() {
        keepColumn();
        screen.write("\u001bM");
    }

    /** Moves to a column, counted from 0; past the edge is at the edge. */
    void moveToColumn(int column) {
        write(clamp(column, columns) + 1, 'G');
    }

    /** Moves to a row, counted from 0 (in origin mode, from the top of the scroll region). */
    void moveToRow(int row) {
        keepColumn();
        write(clamp(row, rows) + 1, 'd');
    }

    /** Moves to a row and a column, counted from 0 (in origin mode, the row from the top of the scroll region). */
    void moveTo(int row, int column) {
        screen.write("\u001b[" + (clamp(row, rows) + 1) + ";" + (clamp(column, columns) + 1) + "H");
        wrapPending = false;
    }

    void moveRight(int count) {
        moveToColumn(column() + count);
    }

    void moveLeft(int count) {
        moveToColumn(column() - count);
    }

    void moveUp(int count) {
        keepColumn();
        write(count, 'A');
    }

    void moveDown(int count) {
        keepColumn();
        write(count, 'B');
    }

    /** Erases in the row: 0 from the cursor on, 1 to the cursor, 2 all. */
    void eraseInRow(int which) {
        // Where a wrap is pending the cursor stands behind the last column: nothing is there to erase.
        if (which != 0 || !wrapPending) {
            screen.write("\u001b[" + which + "K");
        }
    }

    /** Erases on the screen: 0 from the cursor on, 1 to the cursor, 2 all, 3 what scrolled off. */
    void eraseOnScreen(int which) {
        if (which == 0 && wrapPending) {
            int row = row();
            if (row < rows - 1) {
                screen.write("\u001b7\u001b[?6l\u001b[" + (row + 2) + ";1H\u001b[J\u001b8");
            }
        } else {
            screen.write("\u001b[" + which + "J");
        }
    }

    /** Sequences with a count that act on cells: {@code @ L M P S T X}. */
    void shift(int count, char end) {
        keepColumn();
        write(count, end);
        if (end == 'L' || end == 'M') {
            carriageReturn();
        }
        forgetHistory();
    }

    /** Sets the scroll region, rows counted from 0, the last one not in it; nothing happens where it is empty. */
    void scrollRegion(int top, int bottom) {
        if (top < bottom && bottom <= rows) {
            screen.write("\u001b[" + (top + 1) + ";" + bottom + "r");
            wrapPending = false;
        }
    }

    void saveCursor() {
        screen.write("\u001b7");
    }

    void restoreCursor() {
        screen.write("\u001b8");
        // JLine restores this too, xterm does not.
        autowrap(autowrap);
        keepColumn();
    }

    void autowrap(boolean on) {
        autowrap = on;
        screen.write(on ? "\u001b[?7h" : "\u001b[?7l");
    }

    void originMode(boolean on) {
        screen.write(on ? "\u001b[?6h" : "\u001b[?6l");
        wrapPending = false;
    }

    void insertMode(boolean on) {
        screen.write(on ? "\u001b[4h" : "\u001b[4l");
    }

    /** Goes to the alternate screen, cleared, or back from it. */
    void alternateScreen(boolean on) {
        if (on != alternate) {
            alternate = on;
            int row = row();
            int column = column();
            screen.write(on ? "\u001b[?1049h" : "\u001b[?1049l");
            wrapPending = false;
            if (on) {
                moveTo(row, column);
            }
        }
    }

    /** Selects a character set: {@code (0} the line drawing, {@code (B} US-ASCII, {@code )} the same for G1. */
    void characterSet(char set, char which) {
        screen.write("\u001b" + set + (which == '0' ? '0' : 'B'));
    }

    /** Shifts G1 ({@code SO}) or G0 ({@code SI}) in. */
    void shiftIn(boolean g1) {
        screen.write(g1 ? "\u000e" : "\u000f");
    }

    void alignmentPattern() {
        screen.write("\u001b#8");
        moveTo(0, 0);
    }

    void reset() {
        screen.write("\u001bc");
        wrapPending = false;
        autowrap = true;
        alternate = false;
    }

    /** The text of each row, trailing blanks removed. */
    List<String> text() {
        long[] cells = new long[rows * columns];
        screen.dump(cells, cursor);
        List<String> text = new ArrayList<>(rows);
        StringBuilder row = new StringBuilder(columns);
        for (int first = 0; first < cells.length; first += columns) {
            row.setLength(0);
            for (int at = first; at < first + columns; at++) {
                int codePoint = ScreenTerminal.cellCodePoint(cells[at]);
                // The second cell of a wide character holds nothing.
                if (codePoint != 0) {
                    row.appendCodePoint(codePoint);
                }
            }
            int end = row.length();
            while (end > 0 && row.charAt(end - 1) == ' ') {
                end--;
            }
            text.add(row.substring(0, end));
        }
        return List.copyOf(text);
    }

    int row() {
        screen.dump(NO_CELLS, 0, 0, 0, 0, cursor);
        return cursor[1];
    }

    private int column() {
        screen.dump(NO_CELLS, 0, 0, 0, 0, cursor);
        return cursor[0];
    }

    /** Ends a pending wrap, as every move does. */
    private void keepColumn() {
        if (wrapPending) {
            moveToColumn(columns - 1);
        }
    }

    private void write(int parameter, char end) {
        screen.write("\u001b[" + parameter + end);
        if (end == 'G') {
            wrapPending = false;
        }
    }

    private void forgetHistory() {
        if (screen.getHistorySize() > MAX_HISTORY) {
            screen.write("\u001b[3J");
        }
    }

    private static int clamp(int value, int size) {
        return Math.max(0, Math.min(size - 1, value));
    }
}
