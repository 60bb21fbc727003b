package dev.authbridge.terminal;

import java.util.List;

/**
 * Carries out what the parser finds: the sequences that change text or move the cursor. The others, looks, mouse,
 * keyboard, titles, questions to the terminal, have no effect on rows and are dropped here.
 *
 * <p>What each sequence does is xterm's doing (<a href="https://invisible-island.net/xterm/ctlseqs/ctlseqs.html">XTerm
 * Control Sequences</a>). Confined to one thread at a time.
 */
final class Drawing implements ControlSequenceParser.Actions {
    private final Cells cells;
    private final Cursor cursor;
    private final Hyperlinks hyperlinks = new Hyperlinks();
    private final StringBuilder run = new StringBuilder();
    private int repeatable;
    private boolean bracketedPaste;

    Drawing(Cells cells) {
        this.cells = cells;
        this.cursor = cells.cursor();
    }

    Cells cells() {
        return cells;
    }

    Hyperlinks hyperlinks() {
        return hyperlinks;
    }

    boolean bracketedPaste() {
        return bracketedPaste;
    }

    /** Puts the characters that wait onto the screen: they are printed a run at a time. */
    void flush() {
        if (run.length() > 0) {
            cells.print(run);
            hyperlinks.printed(run);
            run.setLength(0);
        }
    }

    @Override
    public void print(int codePoint) {
        run.appendCodePoint(codePoint);
        repeatable = codePoint;
    }

    @Override
    public void control(int codePoint) {
        flush();
        repeatable = 0;
        switch (codePoint) {
            case '\b' -> cursor.moveLeft(1);
            case '\t' -> cursor.tabs(1);
            case '\n', 0x0b, '\f' -> cells.lineFeed();
            case '\r' -> cursor.moveToColumn(0);
            case 0x0e -> cells.shiftIn(true);
            case 0x0f -> cells.shiftIn(false);
            default -> {}
        }
    }

    @Override
    public void escape(String intermediates, char end) {
        flush();
        repeatable = 0;
        if (intermediates.isEmpty()) {
            switch (end) {
                case '7' -> cursor.save();
                case '8' -> cells.restoreCursor();
                case 'D' -> cells.lineFeed();
                case 'E' -> {
                    cursor.moveToColumn(0);
                    cells.lineFeed();
                }
                case 'M' -> cells.reverseLineFeed();
                case 'c' -> reset();
                default -> {}
            }
        } else if (intermediates.equals("(") || intermediates.equals(")")) {
            cells.characterSet(intermediates.charAt(0), end);
        } else if (intermediates.equals("#") && end == '8') {
            cells.alignmentPattern();
        }
    }

    @Override
    public void controlSequence(String marks, List<Integer> parameters, char end) {
        flush();
        int repeated = repeatable;
        repeatable = 0;
        if (marks.isEmpty()) {
            standard(parameters, end, repeated);
        } else if (marks.equals("?") && (end == 'h' || end == 'l')) {
            parameters.forEach(mode -> privateMode(mode, end == 'h'));
        }
    }

    @Override
    public void operatingSystemCommand(String text) {
        flush();
        repeatable = 0;
        if (text.startsWith("8;")) {
            hyperlinks.command(text);
        }
    }

    private void standard(List<Integer> parameters, char end, int repeated) {
        int first = parameters.isEmpty() ? 0 : Math.max(0, parameters.get(0));
        int second = parameters.size() < 2 ? 0 : Math.max(0, parameters.get(1));
        int count = Math.max(1, first);
        switch (end) {
            case 'A' -> cursor.moveUp(count);
            case 'B' -> cursor.moveDown(count);
            case 'C', 'a' -> cursor.moveRight(count);
            case 'D' -> cursor.moveLeft(count);
            case 'E' -> {
                cursor.moveDown(count);
                cursor.moveToColumn(0);
            }
            case 'F' -> {
                cursor.moveUp(count);
                cursor.moveToColumn(0);
            }
            case 'G', '`' -> cursor.moveToColumn(count - 1);
            case 'H', 'f' -> cursor.moveTo(count - 1, Math.max(1, second) - 1);
            case 'd' -> cursor.moveToRow(count - 1);
            case 'e' -> cursor.moveToRow(cursor.row() + count);
            case 'I' -> cursor.tabs(count);
            case 'Z' -> cursor.tabsBack(count);
            case 'J' -> eraseOnScreen(first);
            case 'K' -> eraseInRow(first);
            case '@', 'P', 'X' -> cells.shiftCells(count, end);
            case 'L', 'M' -> cells.shiftRows(count, end);
            case 'S', 'T' -> cells.scroll(count, end);
            case 'b' -> repeat(repeated, count);
            case 'h', 'l' -> parameters.forEach(mode -> mode(mode, end == 'h'));
            case 'r' -> cursor.scrollRegion(count - 1, second == 0 ? cells.rows() : Math.min(second, cells.rows()));
            case 's' -> cursor.save();
            case 'u' -> cells.restoreCursor();
            default -> {}
        }
    }

    private void eraseOnScreen(int which) {
        if (which <= 3) {
            cells.eraseOnScreen(which);
        }
        if (which == 2 || which == 3) {
            hyperlinks.clear();
        }
    }

    private void eraseInRow(int which) {
        if (which <= 2) {
            cells.eraseInRow(which);
        }
    }

    private void repeat(int codePoint, int count) {
        if (codePoint != 0) {
            // One row of it at most: a few bytes must not cost a screen of work.
            run.append(Character.toString(codePoint).repeat(Math.min(count, cells.columns())));
            flush();
        }
    }

    private void mode(int mode, boolean on) {
        if (mode == 4) {
            cells.insertMode(on);
        }
    }

    private void privateMode(int mode, boolean on) {
        switch (mode) {
            case 6 -> cursor.originMode(on);
            case 7 -> cells.autowrap(on);
            case 47, 1047, 1049 -> cells.alternateScreen(on);
            case 2004 -> bracketedPaste = on;
            default -> {}
        }
    }

    private void reset() {
        cells.reset();
        hyperlinks.clear();
        bracketedPaste = false;
    }
}
