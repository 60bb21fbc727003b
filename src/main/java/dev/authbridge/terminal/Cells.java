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

    /** The scroll region: its first row, and the one after its last. */
    private int regionTop;

    private int regionBottom;
    private boolean autowrap = true;
    private boolean alternate;

    Cells(int columns, int rows) {
        if (Math.min(columns, rows) < ScreenTerminal.MIN_SIZE || Math.max(columns, rows) > ScreenTerminal.MAX_SIZE) {
            throw new IllegalArgumentException("no such screen: " + columns + " columns, " + rows + " rows");
        }
        this.columns = columns;
        this.rows = rows;
        this.regionBottom = rows;
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
                screen.write(run);
                run.setLength(0);
                column = columns - 1;
                moveToColumn(column);
                if (width > 1) {
                    continue;
                }
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

    /** Moves on to the next tab stops: every eighth column. */
    void tabs(int count) {
        if (!wrapPending) {
            moveToColumn((column() / 8 + count) * 8);
        }
    }

    void tabsBack(int count) {
        if (!wrapPending) {
            moveToColumn(((column() + 7) / 8 - count) * 8);
        }
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
        wrapPending = false;
    }

    /** Moves to a row, counted from 0. */
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

    /** Moves down to the last row, whatever the scroll region is. */
    void moveRowsDown(int count) {
        moveToRow(row() + count);
    }

    /** Moves up, not out of the scroll region. */
    void moveUp(int count) {
        int row = row();
        moveToRow(Math.max(row >= regionTop ? regionTop : 0, row - count));
    }

    /** Moves down, not out of the scroll region. */
    void moveDown(int count) {
        int row = row();
        moveToRow(Math.min(row < regionBottom ? regionBottom - 1 : rows - 1, row + count));
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
            // The cursor stands behind the last column, so that the character there stays.
            String kept = endOfRow();
            screen.write("\u001b[J");
            moveToColumn(columns - WCWidth.wcwidth(kept.codePointAt(0)));
            print(kept);
        } else {
            screen.write("\u001b[" + which + "J");
        }
    }

    /** Shifts, deletes or blanks as many cells of the row from the cursor on: {@code @}, {@code P}, {@code X}. */
    void shiftCells(int count, char end) {
        keepColumn();
        write(count, end);
    }

    /** Shifts as many rows from the cursor's on down ({@code L}) or up ({@code M}), in the scroll region only. */
    void shiftRows(int count, char end) {
        keepColumn();
        int row = row();
        if (row >= regionTop && row < regionBottom) {
            write(count, end);
            carriageReturn();
            forgetHistory();
        }
    }

    /** Shifts all rows of the scroll region up ({@code S}) or down ({@code T}). */
    void scroll(int count, char end) {
        write(count, end);
        forgetHistory();
    }

    /** Sets the scroll region, rows counted from 0, the last one not in it; nothing happens with fewer than two. */
    void scrollRegion(int top, int bottom) {
        if (top + 1 < bottom && bottom <= rows) {
            regionTop = top;
            regionBottom = bottom;
            screen.write("\u001b[" + (top + 1) + ";" + bottom + "r");
            wrapPending = false;
        }
    }

    void saveCursor() {
        screen.write("\u001b7");
    }

    void restoreCursor() {
        screen.write("\u001b8");
        // JLine restores this too, xterm does not; and it leaves a wrap pending.
        autowrap(autowrap);
        moveToColumn(column());
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

    /** Saves the cursor and goes to the alternate screen, cleared; or goes back from it and restores the cursor. */
    void alternateScreen(boolean on) {
        if (on == alternate) {
            return;
        }
        alternate = on;
        if (on) {
            saveCursor();
            int row = row();
            int column = column();
            screen.write("\u001b[?1049h");
            moveTo(row, column);
        } else {
            screen.write("\u001b[?1049l");
            restoreCursor();
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
        moveTo(0, 0);
        regionTop = 0;
        regionBottom = rows;
        autowrap = true;
        alternate = false;
    }

    /** The text of each row, trailing blanks removed. */
    List<String> text() {
        long[] cells = cells();
        List<String> text = new ArrayList<>(rows);
        StringBuilder row = new StringBuilder(columns);
        for (int first = 0; first < cells.length; first += columns) {
            row.setLength(0);
            appendRow(cells, first, row);
            int end = row.length();
            while (end > 0 && row.charAt(end - 1) == ' ') {
                end--;
            }
            text.add(row.substring(0, end));
        }
        return List.copyOf(text);
    }

    /** A wide character has a second cell, which is empty; half of one, the other half overwritten, shows as a blank. */
    private void appendRow(long[] cells, int first, StringBuilder row) {
        for (int at = first; at < first + columns; at++) {
            int codePoint = ScreenTerminal.cellCodePoint(cells[at]);
            boolean wide = codePoint != 0 && WCWidth.wcwidth(codePoint) > 1;
            boolean whole = wide && at + 1 < first + columns && ScreenTerminal.cellCodePoint(cells[at + 1]) == 0;
            row.appendCodePoint(codePoint == 0 || wide && !whole ? ' ' : codePoint);
            if (whole) {
                at++;
            }
        }
    }

    /** The character that ends in the last column of the cursor's row. */
    private String endOfRow() {
        long[] cells = cells();
        int end = (row() + 1) * columns - 1;
        int codePoint = ScreenTerminal.cellCodePoint(cells[end]);
        return Character.toString(codePoint == 0 ? ScreenTerminal.cellCodePoint(cells[end - 1]) : codePoint);
    }

    private long[] cells() {
        long[] cells = new long[rows * columns];
        screen.dump(cells, cursor);
        return cells;
    }

    private int row() {
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
