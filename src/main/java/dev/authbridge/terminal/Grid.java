package dev.authbridge.terminal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The cells of a screen, its cursor, and the operations of a terminal on them.
 *
 * <p>Rows and columns are counted from 0. A count may be greater than the screen: then it means all of it. Each operation does
 * what it does in xterm.js, in particular at the edges of the screen; the tests compare the two.
 *
 * <p>No operation costs more than a row of cells or a screen of rows. To scroll, rows are moved by reference and used again, so
 * nothing is allocated. Confined to one thread at a time.
 */
final class Grid {
    /** The characters that stand for {@code `} to {@code ~} in the line drawing set of the VT100. */
    private static final String LINE_DRAWING = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    private static final int TAB = 8;

    /** The last character was wide, had no room and could not wrap. It is not shown, nor are its marks. */
    private static final int DROPPED = -1;

    private final int columns;
    private final int rows;
    private final Buffer normal;
    private final Buffer alternate;
    private Buffer active;

    private int row;

    /** The column that is written next. If it is {@link #columns}, a wrap is pending: the next character begins a new row. */
    private int column;

    private boolean autowrap = true;
    private boolean insertMode;
    private boolean originMode;

    /** Whether the character sets G0 and G1 are the line drawing set; if not, they are US-ASCII. */
    private final boolean[] lineDrawing = new boolean[2];

    private int shiftedIn;
    private boolean drawsLines;

    /** The width of the last character, as long as a mark would join it; otherwise 0. */
    private int preceding;

    private long steps;

    Grid(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        this.normal = new Buffer(columns, rows);
        this.alternate = new Buffer(columns, rows);
        this.active = normal;
    }

    /** The cells of the normal or the alternate screen, with the settings that each of the two has for itself. */
    private static final class Buffer {
        private final Row[] rows;
        private final BitSet tabStops = new BitSet();
        private final BitSet firstTabStops = new BitSet();

        /** The first and the last row of the scroll region. */
        private int top;

        private int bottom;

        private int savedRow;
        private int savedColumn;
        private boolean savedDrawsLines;

        Buffer(int columns, int rows) {
            this.rows = new Row[rows];
            for (int row = 0; row < rows; row++) {
                this.rows[row] = new Row(columns);
            }
            for (int column = 0; column < columns; column += TAB) {
                firstTabStops.set(column);
            }
            clear();
        }

        void clear() {
            for (Row row : rows) {
                row.clear();
            }
            top = 0;
            bottom = rows.length - 1;
            tabStops.clear();
            tabStops.or(firstTabStops);
        }

        void forgetCursor() {
            savedRow = 0;
            savedColumn = 0;
            savedDrawsLines = false;
        }
    }

    /** What all operations so far have cost: the number of cells written or moved, and of rows and tab stops gone through. */
    long cost() {
        long cost = steps;
        for (Buffer buffer : List.of(normal, alternate)) {
            for (Row each : buffer.rows) {
                cost += each.cellsWritten();
            }
        }
        return cost;
    }

    /** The text of each row, without trailing blanks. */
    List<String> text() {
        return Arrays.stream(active.rows).map(Row::text).toList();
    }

    /** Prints a character, or adds a mark to the character before. */
    void print(int codePoint) {
        int shown =
                drawsLines && codePoint >= '`' && codePoint <= '~' ? LINE_DRAWING.charAt(codePoint - '`') : codePoint;
        int width = CharacterWidth.of(shown);
        if (width == 0 && preceding != 0) {
            if (preceding != DROPPED) {
                active.rows[row].join(column, shown);
            }
        } else if (width > 0 || column < columns) {
            preceding = makeRoom(width) ? width : DROPPED;
            if (preceding != DROPPED) {
                write(1, shown, width, null);
            }
        }
    }

    /**
     * Prints the preceding character again.
     *
     * @return the character with its marks; empty if there is none to repeat
     */
    String repeat(int count) {
        int width = preceding;
        if (width < 1) {
            return "";
        }
        int codePoint = active.rows[row].characterBefore(column);
        String marks = active.rows[row].marksBefore(column);
        int left = count;
        while (left > 0 && makeRoom(width)) {
            int fitting = Math.min(left, (columns - column) / width);
            write(fitting, codePoint, width, marks);
            left -= fitting;
        }
        return Character.toString(codePoint) + (marks == null ? "" : marks);
    }

    /** Called after anything but a character: the character before can no longer be joined by a mark, nor be repeated. */
    void interrupt() {
        preceding = 0;
    }

    /** Wraps if the row has no room for a character of this width. Returns false if the character cannot be shown. */
    private boolean makeRoom(int width) {
        if (column + width > columns) {
            if (autowrap) {
                // A wide character that does not fit leaves the last cell blank.
                active.rows[row].erase(column, columns);
                column = 0;
                down();
            } else {
                column = columns - 1;
                return width < 2;
            }
        }
        return true;
    }

    private void write(int count, int codePoint, int width, String marks) {
        Row cells = active.rows[row];
        if (insertMode) {
            cells.insert(column, count * width);
        }
        cells.put(column, count, codePoint, width, marks);
        column += count * Math.max(1, width);
    }

    /** Moves down a row, or scrolls in the last row of the scroll region. */
    private void down() {
        if (row == active.bottom) {
            shiftUp(active.top, 1);
        } else if (row < rows - 1) {
            row++;
        }
    }

    void lineFeed() {
        down();
        settle();
    }

    void nextLine() {
        column = 0;
        lineFeed();
    }

    /** Moves up a row, or scrolls back in the first row of the scroll region. */
    void reverseLineFeed() {
        settle();
        if (row == active.top) {
            shiftDown(active.top, 1);
        } else if (row > 0) {
            row--;
        }
    }

    /** Ends a pending wrap, with the cursor in the last column. Nearly all operations that do not print do so. */
    private void settle() {
        column = Math.min(column, columns - 1);
    }

    void moveToColumn(int to) {
        column = Math.min(to, columns - 1);
    }

    /** Moves to a row; in origin mode, rows are counted from the top of the scroll region, and the cursor stays in it. */
    void moveToRow(int to) {
        settle();
        row = originMode ? Math.min(active.top + to, active.bottom) : Math.min(to, rows - 1);
    }

    void moveTo(int toRow, int toColumn) {
        moveToRow(toRow);
        moveToColumn(toColumn);
    }

    void moveRight(int count) {
        moveToColumn(column + count);
    }

    void moveLeft(int count) {
        settle();
        column = Math.max(0, column - count);
    }

    /** Moves up, but not out of the scroll region. */
    void moveUp(int count) {
        settle();
        row = Math.max(row >= active.top ? active.top : 0, row - count);
    }

    /** Moves down, but not out of the scroll region. */
    void moveDown(int count) {
        settle();
        row = Math.min(row <= active.bottom ? active.bottom : rows - 1, row + count);
    }

    /** Moves down; may leave the scroll region, except in origin mode. */
    void moveDownAnywhere(int count) {
        settle();
        row = Math.min(originMode ? active.bottom : rows - 1, row + count);
    }

    /** Moves to the right by tab stops, up to the last column. Does nothing while a wrap is pending. */
    void tabs(int count) {
        for (int left = count; left > 0 && column < columns - 1; left--) {
            int next = active.tabStops.nextSetBit(column + 1);
            column = next < 0 ? columns - 1 : next;
            steps++;
        }
    }

    /** Moves to the left by tab stops, up to the first column. Does nothing while a wrap is pending. */
    void tabsBack(int count) {
        if (column < columns) {
            for (int left = count; left > 0 && column > 0; left--) {
                column = Math.max(0, active.tabStops.previousSetBit(column - 1));
                steps++;
            }
        }
    }

    void setTabStop() {
        if (column < columns) {
            active.tabStops.set(column);
        }
    }

    void clearTabStop() {
        active.tabStops.clear(column);
    }

    void clearTabStops() {
        active.tabStops.clear();
    }

    void saveCursor() {
        active.savedRow = row;
        active.savedColumn = column;
        active.savedDrawsLines = drawsLines;
    }

    void restoreCursor() {
        row = active.savedRow;
        column = active.savedColumn;
        drawsLines = active.savedDrawsLines;
        settle();
    }

    /** Sets the first and the last row of the scroll region and moves to its start. Does nothing with fewer than two rows. */
    void scrollRegion(int top, int bottom) {
        if (top < bottom && bottom < rows) {
            active.top = top;
            active.bottom = bottom;
            moveTo(0, 0);
        }
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    void autowrap(boolean on) {
        autowrap = on;
    }

    void insertMode(boolean on) {
        insertMode = on;
    }

    /** Counts rows from the top of the scroll region or, if off, of the screen, and moves to the first one. */
    void originMode(boolean on) {
        originMode = on;
        moveTo(0, 0);
    }

    /** Shows the alternate screen, which is blank at first, or the normal one. The cursor does not move. */
    void alternateScreen(boolean on) {
        if (active == alternate && !on) {
            alternate.clear();
            steps += rows;
        }
        active = on ? alternate : normal;
    }

    /** Makes G0 or G1 the line drawing set or US-ASCII. */
    void characterSet(int set, boolean drawing) {
        lineDrawing[set] = drawing;
        if (set == shiftedIn) {
            drawsLines = drawing;
        }
    }

    /** Selects G0 or G1 for what is printed from here on. */
    void shiftIn(int set) {
        shiftedIn = set;
        drawsLines = lineDrawing[set];
    }

    /** Erases from the cursor to the end of its row, which is nothing while a wrap is pending. */
    void eraseToEndOfRow() {
        active.rows[row].erase(column, columns);
    }

    /** Erases from the start of the row to the cursor, including the cell under it. */
    void eraseToCursorInRow() {
        active.rows[row].erase(0, column + 1);
    }

    void eraseRow() {
        active.rows[row].clear();
    }

    /** Erases from the cursor to the end of the screen. */
    void eraseToEnd() {
        eraseToEndOfRow();
        eraseRows(row + 1, rows);
    }

    /** Erases from the start of the screen to the cursor, including the cell under it. */
    void eraseToCursor() {
        eraseToCursorInRow();
        eraseRows(0, row);
    }

    void eraseAll() {
        eraseRows(0, rows);
    }

    private void eraseRows(int from, int to) {
        for (int each = from; each < to; each++) {
            active.rows[each].clear();
        }
        steps += to - from;
    }

    void insertCells(int count) {
        settle();
        active.rows[row].insert(column, count);
    }

    void deleteCells(int count) {
        settle();
        active.rows[row].delete(column, count);
    }

    void eraseCells(int count) {
        settle();
        active.rows[row].erase(column, column + count);
    }

    /** Inserts blank rows at the cursor, if it is in the scroll region. The rows from there on move down within the region. */
    void insertRows(int count) {
        settle();
        if (row >= active.top && row <= active.bottom) {
            shiftDown(row, count);
            column = 0;
        }
    }

    /** Deletes rows from the cursor on, if it is in the scroll region. The rows below them move up within the region. */
    void deleteRows(int count) {
        settle();
        if (row >= active.top && row <= active.bottom) {
            shiftUp(row, count);
            column = 0;
        }
    }

    void scrollUp(int count) {
        shiftUp(active.top, count);
    }

    void scrollDown(int count) {
        shiftDown(active.top, count);
    }

    /** Fills the screen with E and moves to its start. */
    void alignmentPattern() {
        moveTo(0, 0);
        for (Row each : active.rows) {
            each.fill('E');
        }
        steps += rows;
    }

    /** Resets modes, character sets and the scroll region, but neither the text nor the cursor. */
    void softReset() {
        active.top = 0;
        active.bottom = rows - 1;
        active.forgetCursor();
        autowrap = true;
        insertMode = false;
        originMode = false;
        Arrays.fill(lineDrawing, false);
        shiftIn(0);
    }

    /** Resets everything, including the text. */
    void reset() {
        alternateScreen(false);
        alternate.forgetCursor();
        normal.clear();
        steps += rows;
        softReset();
        moveTo(0, 0);
    }

    /** Moves the rows from this one to the end of the scroll region up. The first ones become the last, and blank. */
    private void shiftUp(int from, int count) {
        Row[] all = active.rows;
        int end = active.bottom + 1;
        int shift = Math.min(count, end - from);
        Row[] gone = Arrays.copyOfRange(all, from, from + shift);
        System.arraycopy(all, from + shift, all, from, end - from - shift);
        putBlank(gone, end - shift);
        steps += end - from;
    }

    /** Moves the rows from this one to the end of the scroll region down. The last ones become the first, and blank. */
    private void shiftDown(int from, int count) {
        Row[] all = active.rows;
        int end = active.bottom + 1;
        int shift = Math.min(count, end - from);
        Row[] gone = Arrays.copyOfRange(all, end - shift, end);
        System.arraycopy(all, from, all, from + shift, end - from - shift);
        putBlank(gone, from);
        steps += end - from;
    }

    private void putBlank(Row[] some, int at) {
        for (Row each : some) {
            each.clear();
        }
        System.arraycopy(some, 0, active.rows, at, some.length);
    }
}
