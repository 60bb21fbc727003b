package dev.authbridge.terminal;

import java.util.List;
import org.jline.utils.ScreenTerminal;
import org.jline.utils.WCWidth;

/**
 * The cells of a screen: JLine's {@link ScreenTerminal}, asked only for what it does as xterm does.
 *
 * <p>JLine 4.5.0 takes private sequences for standard ones, keeps every row that scrolls off, and throws on large
 * parameters. So nothing that a program sent reaches it as it is: every sequence is written anew, from numbers that were
 * checked. Colours and other looks are left out. Confined to one thread at a time.
 */
final class Cells {
    /** Rows that JLine may keep before it is told to forget them; told for each, it would be slow. */
    private static final int MAX_HISTORY = 64;

    private final ScreenTerminal screen;
    private final Cursor cursor;
    private final int columns;
    private final int rows;
    private boolean autowrap = true;
    private boolean alternate;

    Cells(int columns, int rows) {
        if (Math.min(columns, rows) < ScreenTerminal.MIN_SIZE || Math.max(columns, rows) > ScreenTerminal.MAX_SIZE) {
            throw new IllegalArgumentException("no such screen: " + columns + " columns, " + rows + " rows");
        }
        this.columns = columns;
        this.rows = rows;
        this.screen = new ScreenTerminal(columns, rows);
        this.cursor = new Cursor(screen);
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    Cursor cursor() {
        return cursor;
    }

    /** Prints characters that show; marks without a width are left out, for a cell holds one character. */
    void print(CharSequence characters) {
        int column = cursor.column();
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
                cursor.moveToColumn(column);
                if (width > 1) {
                    continue;
                }
            }
            run.appendCodePoint(codePoint);
            column += width;
        }
        screen.write(run);
        cursor.printedTo(column);
        forgetHistory();
    }

    void lineFeed() {
        cursor.settle();
        screen.write("\n");
        forgetHistory();
    }

    void reverseLineFeed() {
        cursor.settle();
        screen.write("\u001bM");
    }

    /** Erases in the row: 0 from the cursor on, 1 to the cursor, 2 all. */
    void eraseInRow(int which) {
        // Where a wrap is pending the cursor stands behind the last column: nothing is there to erase.
        if (which != 0 || !cursor.wrapPending()) {
            screen.write("\u001b[" + which + "K");
        }
    }

    /** Erases on the screen: 0 from the cursor on, 1 to the cursor, 2 all, 3 what scrolled off. */
    void eraseOnScreen(int which) {
        boolean behindLastColumn = which == 0 && cursor.wrapPending();
        String kept = behindLastColumn ? picture().endOfRow(cursor.row()) : "";
        screen.write("\u001b[" + which + "J");
        if (behindLastColumn) {
            cursor.moveToColumn(columns - WCWidth.wcwidth(kept.codePointAt(0)));
            print(kept);
        }
    }

    /** Shifts, deletes or blanks as many cells of the row from the cursor on: {@code @}, {@code P}, {@code X}. */
    void shiftCells(int count, char end) {
        cursor.settle();
        screen.write("\u001b[" + count + end);
    }

    /** Shifts as many rows from the cursor's on down ({@code L}) or up ({@code M}), in the scroll region only. */
    void shiftRows(int count, char end) {
        cursor.settle();
        if (cursor.inScrollRegion()) {
            screen.write("\u001b[" + count + end);
            cursor.moveToColumn(0);
            forgetHistory();
        }
    }

    /** Shifts all rows of the scroll region up ({@code S}) or down ({@code T}). */
    void scroll(int count, char end) {
        screen.write("\u001b[" + count + end);
        forgetHistory();
    }

    void restoreCursor() {
        cursor.restore();
        // JLine restores this too, xterm does not.
        autowrap(autowrap);
    }

    void autowrap(boolean on) {
        autowrap = on;
        screen.write(on ? "\u001b[?7h" : "\u001b[?7l");
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
            cursor.save();
            int row = cursor.row();
            int column = cursor.column();
            screen.write("\u001b[?1049h");
            cursor.moveTo(row, column);
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
        cursor.moveTo(0, 0);
    }

    /** Makes all as it was at first. JLine's own reset takes new memory each time, of which two bytes could ask a lot. */
    void reset() {
        alternateScreen(false);
        screen.write("\u001b(B\u001b)B\u000f\u001b[4l\u001b[2J\u001b[3J");
        autowrap(true);
        cursor.reset();
    }

    /** The text of each row, trailing blanks removed. */
    List<String> text() {
        return picture().text();
    }

    private Picture picture() {
        return Picture.of(screen, columns, rows);
    }

    private void forgetHistory() {
        if (screen.getHistorySize() > MAX_HISTORY) {
            screen.write("\u001b[3J");
        }
    }
}
