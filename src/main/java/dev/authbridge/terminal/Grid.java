package dev.authbridge.terminal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The cells of a screen, its cursor, and what a terminal can do with them.
 *
 * <p>Rows and columns are counted from 0. All counts are taken as they come: more than the screen has is all of it. What
 * each operation does, at the edges above all, is what xterm.js does, which is an oracle of the tests.
 *
 * <p>No operation costs more than a row of cells or a screen of rows. Rows scroll by reference and are used again, so
 * nothing is allocated for it. Confined to one thread at a time.
 */
final class Grid {
    /** What {@code `} to {@code ~} show in the line drawing set of the VT100. */
    private static final String LINE_DRAWING = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    private static final int TAB = 8;

    /** A wide character found no room where the autowrap is off; the marks that belong to it are dropped with it. */
    private static final int DROPPED = -1;

    private final int columns;
    private final int rows;
    private final Buffer normal;
    private final Buffer alternate;
    private Buffer active;

    private int row;

    /** The column that is written next. It is {@link #columns} where a wrap is pending: the next character wraps first. */
    private int column;

    private boolean autowrap = true;
    private boolean insertMode;
    private boolean originMode;

    /** Whether G0 and G1 are the line drawing set; US-ASCII otherwise. */
    private final boolean[] lineDrawing = new boolean[2];

    private int shiftedIn;
    private boolean drawsLines;

    /** The width of the character before, if a mark that comes next joins it; 0 where nothing does. */
    private int preceding;

    private long steps;

    Grid(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        this.normal = new Buffer(columns, rows);
        this.alternate = new Buffer(columns, rows);
        this.active = normal;
    }

    /** The cells of the normal or the alternate screen, and what each of them has for itself. */
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

    /** Cells written or moved, and rows and tab stops gone through, so far: what all has cost, for the tests. */
    long cost() {
        long cost = steps;
        for (Buffer buffer : List.of(normal, alternate)) {
            for (Row each : buffer.rows) {
                cost += each.cellsWritten();
            }
        }
        return cost;
    }

    /** The text of each row, trailing blanks removed. */
    List<String> text() {
        return Arrays.stream(active.rows).map(Row::text).toList();
    }

    /** Prints a character, or adds a mark to the one before. */
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
     * Prints the character before again, as often as said.
     *
     * @return the character, with its marks; empty where there is none to repeat
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

    /** Says that something else than a character came: no mark joins what was printed before, nor is it repeated. */
    void interrupt() {
        preceding = 0;
    }

    /** Makes the cells that a character needs be there, by a wrap where it must; false where the character is dropped. */
    private boolean makeRoom(int width) {
        if (column + width > columns) {
            if (autowrap) {
                // A wide character leaves the last cell blank.
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

    /** Goes down a row; at the end of the scroll region that scrolls. */
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

    /** Goes up a row; at the start of the scroll region that scrolls back. */
    void reverseLineFeed() {
        settle();
        if (row == active.top) {
            shiftDown(active.top, 1);
        } else if (row > 0) {
            row--;
        }
    }

    /** Ends a pending wrap and stays in the last column, as nearly all does that is no printing. */
    private void settle() {
        column = Math.min(column, columns - 1);
    }

    void moveToColumn(int to) {
        column = Math.min(to, columns - 1);
    }

    /** Moves to a row, in origin mode counted from the top of the scroll region and not beyond its end. */
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

    /** Moves up, not out of the scroll region. */
    void moveUp(int count) {
        settle();
        row = Math.max(row >= active.top ? active.top : 0, row - count);
    }

    /** Moves down, not out of the scroll region. */
    void moveDown(int count) {
        settle();
        row = Math.min(row <= active.bottom ? active.bottom : rows - 1, row + count);
    }

    /** Moves down, out of the scroll region as well. */
    void moveDownAnywhere(int count) {
        settle();
        row = Math.min(originMode ? active.bottom : rows - 1, row + count);
    }

    /** Moves on by tab stops, the last column being the last; not where a wrap is pending. */
    void tabs(int count) {
        for (int left = count; left > 0 && column < columns - 1; left--) {
            int next = active.tabStops.nextSetBit(column + 1);
            column = next < 0 ? columns - 1 : next;
            steps++;
        }
    }

    /** Moves back by tab stops, the first column being the last; not where a wrap is pending. */
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

    /** Sets the scroll region, its last row in it, and goes home; nothing happens with fewer than two rows. */
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

    /** Counts rows from the top of the scroll region, or of the screen again, and goes home. */
    void originMode(boolean on) {
        originMode = on;
        moveTo(0, 0);
    }

    /** Goes to the alternate screen, which is blank, or back from it. The cursor stays where it is. */
    void alternateScreen(boolean on) {
        if (active == alternate && !on) {
            alternate.clear();
            steps += rows;
        }
        active = on ? alternate : normal;
    }

    /** Makes G0 or G1 the line drawing set, or US-ASCII again. */
    void characterSet(int set, boolean drawing) {
        lineDrawing[set] = drawing;
        if (set == shiftedIn) {
            drawsLines = drawing;
        }
    }

    /** Shifts G0 or G1 in: what is printed is of that set. */
    void shiftIn(int set) {
        shiftedIn = set;
        drawsLines = lineDrawing[set];
    }

    /** Erases in the row from the cursor on. Where a wrap is pending nothing is there. */
    void eraseToEndOfRow() {
        active.rows[row].erase(column, columns);
    }

    /** Erases in the row up to the cursor, and under it. */
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

    /** Erases from the start of the screen to the cursor, and under it. */
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

    /** Shifts the rows from the cursor's on down, in the scroll region only. */
    void insertRows(int count) {
        settle();
        if (row >= active.top && row <= active.bottom) {
            shiftDown(row, count);
            column = 0;
        }
    }

    /** Deletes rows from the cursor's on, in the scroll region only; those below them move up. */
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

    /** Fills the screen with E and goes home. */
    void alignmentPattern() {
        moveTo(0, 0);
        for (Row each : active.rows) {
            each.fill('E');
        }
        steps += rows;
    }

    /** Resets modes, character sets and the scroll region; the text stays, and the cursor. */
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

    /** Makes all as it was at first. */
    void reset() {
        alternateScreen(false);
        alternate.forgetCursor();
        normal.clear();
        steps += rows;
        softReset();
        moveTo(0, 0);
    }

    /** Moves the rows from this one to the end of the scroll region up; the first ones come out at its end, blank. */
    private void shiftUp(int from, int count) {
        Row[] all = active.rows;
        int end = active.bottom + 1;
        int shift = Math.min(count, end - from);
        Row[] gone = Arrays.copyOfRange(all, from, from + shift);
        System.arraycopy(all, from + shift, all, from, end - from - shift);
        putBlank(gone, end - shift);
        steps += end - from;
    }

    /** Moves the rows from this one to the end of the scroll region down; the last ones come out at its start, blank. */
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
