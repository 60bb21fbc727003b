package dev.authbridge.terminal;

import org.jline.utils.ScreenTerminal;

/**
 * The cursor of a screen, moved as xterm moves it.
 *
 * <p>Rows and columns are counted from 0. JLine wraps where the cursor was only moved to the edge, moves through the end of
 * the scroll region where it began outside, and sets tab stops a column early; so moves are worked out here, and JLine is
 * told where to. Confined to one thread at a time.
 */
final class Cursor {
    private static final long[] NO_CELLS = {};
    private static final int TAB = 8;

    private final ScreenTerminal screen;
    private final int columns;
    private final int rows;
    private final int[] place = new int[2];

    /** The scroll region: its first row, and the one after its last. */
    private int regionTop;

    private int regionBottom;

    /** The last column is written and the next character goes to the next row: xterm's "pending wrap". */
    private boolean wrapPending;

    Cursor(ScreenTerminal screen) {
        this.screen = screen;
        this.columns = screen.getColumns();
        this.rows = screen.getRows();
        this.regionBottom = rows;
    }

    int row() {
        look();
        return place[1];
    }

    /** The column that is written next; the one behind the last where a wrap is pending. */
    int column() {
        look();
        return wrapPending ? columns : place[0];
    }

    boolean wrapPending() {
        return wrapPending;
    }

    /** Says that characters were printed up to this column. */
    void printedTo(int column) {
        wrapPending = column == columns;
    }

    /** Ends a pending wrap and stays in the last column, as nearly all that is no printing does. */
    void settle() {
        if (wrapPending) {
            moveToColumn(columns - 1);
        }
    }

    /** Moves to a column; past the edge is at the edge. */
    void moveToColumn(int column) {
        screen.write("\u001b[" + (clamp(column, columns) + 1) + "G");
        wrapPending = false;
    }

    void moveToRow(int row) {
        settle();
        screen.write("\u001b[" + (clamp(row, rows) + 1) + "d");
    }

    /** Moves to a row, in origin mode counted from the top of the scroll region, and a column. */
    void moveTo(int row, int column) {
        screen.write("\u001b[" + (clamp(row, rows) + 1) + ";" + (clamp(column, columns) + 1) + "H");
        wrapPending = false;
    }

    void moveRight(int count) {
        settle();
        moveToColumn(column() + count);
    }

    void moveLeft(int count) {
        settle();
        moveToColumn(column() - count);
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

    /** Moves on by tab stops: every eighth column. */
    void tabs(int count) {
        if (!wrapPending) {
            moveToColumn((column() / TAB + count) * TAB);
        }
    }

    /** Moves back by tab stops. */
    void tabsBack(int count) {
        if (!wrapPending) {
            moveToColumn(((column() + TAB - 1) / TAB - count) * TAB);
        }
    }

    /** Keeps the place, and JLine with it the character sets. */
    void save() {
        screen.write("\u001b7");
    }

    /** Goes back to the place that was kept. */
    void restore() {
        screen.write("\u001b8");
        // JLine goes on with a wrap that was pending elsewhere.
        look();
        moveToColumn(place[0]);
    }

    /** Sets the scroll region, its end not in it, and goes home; nothing happens with fewer than two rows. */
    void scrollRegion(int top, int bottom) {
        if (top + 1 < bottom && bottom <= rows) {
            regionTop = top;
            regionBottom = bottom;
            screen.write("\u001b[" + (top + 1) + ";" + bottom + "r");
            wrapPending = false;
        }
    }

    boolean inScrollRegion() {
        int row = row();
        return row >= regionTop && row < regionBottom;
    }

    /** Counts rows from the top of the scroll region, or of the screen again, and goes home. */
    void originMode(boolean on) {
        screen.write(on ? "\u001b[?6h" : "\u001b[?6l");
        wrapPending = false;
    }

    /** Goes home for good: no scroll region, nothing saved. */
    void reset() {
        originMode(false);
        scrollRegion(0, rows);
        moveTo(0, 0);
        save();
    }

    private void look() {
        screen.dump(NO_CELLS, 0, 0, 0, 0, place);
    }

    private static int clamp(int value, int size) {
        return Math.max(0, Math.min(size - 1, value));
    }
}
