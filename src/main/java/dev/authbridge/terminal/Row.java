package dev.authbridge.terminal;

import java.util.Arrays;

/**
 * One row of cells.
 *
 * <p>Columns are counted from 0. A wide character has two cells, of which the second is empty. When one of them is overwritten,
 * moved or erased, the other becomes blank, as in xterm. Only cells up to the last one written take memory, and erasing the end
 * of a row costs nothing. Confined to one thread at a time.
 */
final class Row {
    /** A cell is a code point, with one of the two flags or none; a blank cell is 0. */
    private static final int BLANK = 0;

    private static final int CODE_POINT = (1 << 21) - 1;

    /** Flag: the character takes this cell and the next. */
    private static final int WIDE = 1 << 21;

    /** Flag: the second cell of a wide character or, with a code point, a mark that had no character to join. */
    private static final int NO_WIDTH = 1 << 22;

    /** How many marks a character keeps, so that no cell grows without bound. No script needs as many. */
    private static final int MAX_MARKS = 8;

    private static final int FIRST_CAPACITY = 64;

    private final int columns;
    private int[] cells = {};

    /** The marks of the characters by column; null until there is a first one. */
    private String[] marks;

    /** All cells from this column on have the value {@link #rest}, whatever the array holds there. */
    private int length;

    private int rest = BLANK;
    private long cellsWritten;

    Row(int columns) {
        this.columns = columns;
    }

    /** How many cells of this row were written or moved so far, which is what the row has cost. */
    long cellsWritten() {
        return cellsWritten;
    }

    void clear() {
        fill(BLANK);
    }

    /** Puts the character into every cell. */
    void fill(int codePoint) {
        length = 0;
        rest = codePoint;
        marks = null;
    }

    /**
     * Writes a character over what is there, once or several times side by side.
     *
     * @param column the first one; the row must have room for all of it
     * @param width how many cells the character takes: 1, 2, or 0 for a mark that has no character to join
     * @param joined the marks that belong to the character; null for none
     */
    void put(int column, int count, int codePoint, int width, String joined) {
        blankIfWide(column - 1);
        int step = Math.max(1, width);
        int end = column + count * step;
        if (end > length) {
            extend(end);
        }
        if (marks != null) {
            Arrays.fill(marks, column, end, null);
        }
        cellsWritten += end - column;
        int flag = width == 2 ? WIDE : width == 0 ? NO_WIDTH : 0;
        for (int at = column; at < end; at += step) {
            cells[at] = codePoint | flag;
            if (width == 2) {
                cells[at + 1] = NO_WIDTH;
            }
            if (joined != null) {
                setMarks(at, joined);
            }
        }
        blankIfSecondHalf(end);
    }

    /** Adds a mark to the character that ends before the column. */
    void join(int column, int mark) {
        int at = startOfCharacter(column);
        if (at >= 0 && at < length && codePoint(at) != 0) {
            String before = marksAt(at);
            String all = (before == null ? "" : before) + Character.toString(mark);
            if (all.codePointCount(0, all.length()) <= MAX_MARKS) {
                setMarks(at, all);
            }
        }
    }

    /** The character that ends before the column; 0 if there is none. */
    int characterBefore(int column) {
        int at = startOfCharacter(column);
        return at < 0 ? 0 : codePoint(at);
    }

    /** The marks of the character that ends before the column; null if there are none. */
    String marksBefore(int column) {
        int at = startOfCharacter(column);
        return at < 0 ? null : marksAt(at);
    }

    /** Inserts blanks. The cells from the column on move to the right, the last ones off the row. */
    void insert(int column, int count) {
        spellOut();
        blankIfWide(column - 1);
        if (column < length) {
            if (count < columns - column) {
                int shifted = Math.min(columns, length + count);
                reserve(shifted);
                move(column, column + count, shifted - column - count);
                length = shifted;
                blank(column, column + count);
            } else {
                length = column;
            }
            blankIfWide(columns - 1);
        }
    }

    /** Deletes cells from the column on. Those after them move to the left. */
    void delete(int column, int count) {
        spellOut();
        if (column + count < length) {
            move(column + count, column, length - column - count);
            length -= count;
        } else {
            length = Math.min(length, column);
        }
        blankIfWide(column - 1);
        blankIfSecondHalf(column);
    }

    /** Makes the cells from one column up to, but without, another one blank. The second may be past the end of the row. */
    void erase(int from, int to) {
        spellOut();
        blankIfWide(from - 1);
        if (to < columns && isWide(to - 1)) {
            set(to, BLANK);
        }
        if (to >= length) {
            length = Math.min(length, from);
        } else {
            blank(from, to);
        }
    }

    /** The text of the row, without trailing blanks. */
    String text() {
        int end = rest == BLANK ? length : columns;
        while (end > 0 && codePoint(end - 1) == 0) {
            end--;
        }
        if (end > 0 && (cell(end - 1) & NO_WIDTH) != 0) {
            // A mark that joined no character is shown only if something follows it.
            end--;
        }
        StringBuilder text = new StringBuilder(end);
        for (int column = 0; column < end; column += isWide(column) ? 2 : 1) {
            int codePoint = codePoint(column);
            text.appendCodePoint(codePoint == 0 ? ' ' : codePoint);
            String joined = marksAt(column);
            if (joined != null) {
                text.append(joined);
            }
        }
        int shown = text.length();
        while (shown > 0 && text.charAt(shown - 1) == ' ') {
            shown--;
        }
        return text.substring(0, shown);
    }

    private int cell(int column) {
        return column < length ? cells[column] : rest;
    }

    private int codePoint(int column) {
        return cell(column) & CODE_POINT;
    }

    private boolean isWide(int column) {
        return (cell(column) & WIDE) != 0;
    }

    private String marksAt(int column) {
        return marks == null || column >= length ? null : marks[column];
    }

    /** The first column of the character that ends before the column. */
    private int startOfCharacter(int column) {
        return column > 0 && cell(column - 1) == NO_WIDTH ? column - 2 : column - 1;
    }

    private void blankIfWide(int column) {
        if (column >= 0 && isWide(column)) {
            set(column, BLANK);
        }
    }

    private void blankIfSecondHalf(int column) {
        if (column < columns && cell(column) == NO_WIDTH) {
            set(column, BLANK);
        }
    }

    private void set(int column, int cell) {
        if (column >= length) {
            extend(column + 1);
        }
        cells[column] = cell;
        if (marks != null) {
            marks[column] = null;
        }
        cellsWritten++;
    }

    private void setMarks(int column, String joined) {
        if (marks == null) {
            marks = new String[cells.length];
        }
        marks[column] = joined;
    }

    private void blank(int from, int to) {
        Arrays.fill(cells, from, to, BLANK);
        if (marks != null) {
            Arrays.fill(marks, from, to, null);
        }
        cellsWritten += to - from;
    }

    private void move(int from, int to, int count) {
        System.arraycopy(cells, from, cells, to, count);
        if (marks != null) {
            System.arraycopy(marks, from, marks, to, count);
        }
        cellsWritten += count;
    }

    /** Gives every cell a value of its own in the array, so that the cells can be moved. */
    private void spellOut() {
        if (rest != BLANK) {
            extend(columns);
            rest = BLANK;
        }
    }

    private void extend(int newLength) {
        reserve(newLength);
        Arrays.fill(cells, length, newLength, rest);
        if (marks != null) {
            Arrays.fill(marks, length, newLength, null);
        }
        cellsWritten += newLength - length;
        length = newLength;
    }

    private void reserve(int needed) {
        if (needed > cells.length) {
            int capacity = Math.min(columns, Math.max(needed, Math.max(FIRST_CAPACITY, 2 * cells.length)));
            cells = Arrays.copyOf(cells, capacity);
            if (marks != null) {
                marks = Arrays.copyOf(marks, capacity);
            }
        }
    }
}
