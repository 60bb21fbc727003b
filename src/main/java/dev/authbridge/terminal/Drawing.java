package dev.authbridge.terminal;

/**
 * Carries out the control sequences that the parser finds, as far as they change text or move the cursor. Those for colors, the
 * mouse, the keyboard, titles and reports have no effect on the text of the rows and are ignored.
 *
 * <p>Each sequence does what it does in xterm (<a
 * href="https://invisible-island.net/xterm/ctlseqs/ctlseqs.html">XTerm Control Sequences</a>). Confined to one thread at a time.
 */
final class Drawing {
    /** Stands at the start of some files to show their encoding. A terminal ignores it. */
    private static final int BYTE_ORDER_MARK = 0xfeff;

    private final Grid grid;
    private final Hyperlinks hyperlinks = new Hyperlinks();
    private boolean bracketedPaste;

    Drawing(Grid grid) {
        this.grid = grid;
    }

    Hyperlinks hyperlinks() {
        return hyperlinks;
    }

    boolean bracketedPaste() {
        return bracketedPaste;
    }

    /** Prints a visible character, or a combining mark that joins the character before it. */
    void print(int codePoint) {
        if (codePoint != BYTE_ORDER_MARK) {
            grid.print(codePoint);
            hyperlinks.printed(codePoint);
        }
    }

    /** A control character below U+0020. */
    void control(int codePoint) {
        switch (codePoint) {
            case '\b' -> grid.moveLeft(1);
            case '\t' -> grid.tabs(1);
            case '\n', 0x0b, '\f' -> grid.lineFeed();
            case '\r' -> grid.moveToColumn(0);
            case 0x0e -> grid.shiftIn(1);
            case 0x0f -> grid.shiftIn(0);
            default -> {}
        }
        grid.interrupt();
    }

    /** {@code ESC}, intermediate characters, a final character. */
    void escape(String intermediates, char end) {
        switch (intermediates) {
            case "" -> escape(end);
            case "(" -> grid.characterSet(0, end == '0');
            case ")" -> grid.characterSet(1, end == '0');
            case "%" -> {
                // Selects UTF-8 or leaves it. Both end line drawing; otherwise there is nothing to do, as UTF-8 is
                // always decoded.
                if (end == 'G' || end == '@') {
                    grid.characterSet(0, false);
                    grid.shiftIn(0);
                }
            }
            case "#" -> {
                if (end == '8') {
                    grid.alignmentPattern();
                }
            }
            default -> {}
        }
        grid.interrupt();
    }

    private void escape(char end) {
        switch (end) {
            case '7' -> grid.saveCursor();
            case '8' -> grid.restoreCursor();
            case 'D' -> grid.lineFeed();
            case 'E' -> grid.nextLine();
            case 'H' -> grid.setTabStop();
            case 'M' -> grid.reverseLineFeed();
            case 'c' -> {
                grid.reset();
                hyperlinks.clear();
                bracketedPaste = false;
            }
            default -> {}
        }
    }

    /**
     * {@code CSI}, parameters, a final character.
     *
     * @param marks the private marker and the intermediate characters in one string; empty for a standard sequence
     * @param parameters none is negative; one that was left out is 0
     * @param count the number of parameters, at least 1
     * @param end the final character
     */
    void controlSequence(String marks, int[] parameters, int count, char end) {
        switch (marks) {
            case "" -> standard(parameters, count, end);
            case "?" -> {
                for (int each = 0; each < count && (end == 'h' || end == 'l'); each++) {
                    privateMode(parameters[each], end == 'h');
                }
            }
            case "!" -> {
                if (end == 'p') {
                    grid.softReset();
                    bracketedPaste = false;
                }
            }
            default -> {}
        }
        grid.interrupt();
    }

    /** {@code OSC}, text, its terminator. */
    void operatingSystemCommand(String text) {
        if (text.startsWith("8;")) {
            hyperlinks.command(text);
        }
        grid.interrupt();
    }

    private void standard(int[] parameters, int parameterCount, char end) {
        int first = parameters[0];
        int second = parameterCount < 2 ? 0 : parameters[1];
        int count = Math.max(1, first);
        switch (end) {
            case 'A' -> grid.moveUp(count);
            case 'B' -> grid.moveDown(count);
            case 'C', 'a' -> grid.moveRight(count);
            case 'D' -> grid.moveLeft(count);
            case 'E' -> {
                grid.moveDown(count);
                grid.moveToColumn(0);
            }
            case 'F' -> {
                grid.moveUp(count);
                grid.moveToColumn(0);
            }
            case 'G', '`' -> grid.moveToColumn(count - 1);
            case 'H', 'f' -> grid.moveTo(count - 1, Math.max(1, second) - 1);
            case 'd' -> grid.moveToRow(count - 1);
            case 'e' -> grid.moveDownAnywhere(count);
            case 'I' -> grid.tabs(count);
            case 'Z' -> grid.tabsBack(count);
            case 'g' -> clearTabStops(first);
            case 'J' -> eraseOnScreen(first);
            case 'K' -> eraseInRow(first);
            case '@' -> grid.insertCells(count);
            case 'P' -> grid.deleteCells(count);
            case 'X' -> grid.eraseCells(count);
            case 'L' -> grid.insertRows(count);
            case 'M' -> grid.deleteRows(count);
            case 'S' -> grid.scrollUp(count);
            case 'T' -> grid.scrollDown(count);
            case 'b' -> repeat(Math.min(count, grid.columns()));
            case 'h', 'l' -> {
                for (int each = 0; each < parameterCount; each++) {
                    mode(parameters[each], end == 'h');
                }
            }
            case 'r' -> grid.scrollRegion(count - 1, second == 0 ? grid.rows() - 1 : Math.min(second, grid.rows()) - 1);
            case 's' -> grid.saveCursor();
            case 'u' -> grid.restoreCursor();
            default -> {}
        }
    }

    /** Prints the preceding character again, at most a row of it, so that a few bytes cannot cause the work of a whole screen. */
    private void repeat(int count) {
        hyperlinks.printed(grid.repeat(count), count);
    }

    private void clearTabStops(int which) {
        if (which == 0) {
            grid.clearTabStop();
        } else if (which == 3) {
            grid.clearTabStops();
        }
    }

    private void eraseOnScreen(int which) {
        switch (which) {
            case 0 -> grid.eraseToEnd();
            case 1 -> grid.eraseToCursor();
            case 2 -> {
                grid.eraseAll();
                hyperlinks.clear();
            }
            // Erases the rows that have scrolled off. There are none here, but the screen counts as cleared.
            case 3 -> hyperlinks.clear();
            default -> {}
        }
    }

    private void eraseInRow(int which) {
        switch (which) {
            case 0 -> grid.eraseToEndOfRow();
            case 1 -> grid.eraseToCursorInRow();
            case 2 -> grid.eraseRow();
            default -> {}
        }
    }

    private void mode(int mode, boolean on) {
        if (mode == 4) {
            grid.insertMode(on);
        }
    }

    private void privateMode(int mode, boolean on) {
        switch (mode) {
            case 6 -> grid.originMode(on);
            case 7 -> grid.autowrap(on);
            case 47, 1047 -> grid.alternateScreen(on);
            case 1048 -> saveOrRestoreCursor(on);
            case 1049 -> {
                if (on) {
                    grid.saveCursor();
                    grid.alternateScreen(true);
                } else {
                    grid.alternateScreen(false);
                    grid.restoreCursor();
                }
            }
            case 2004 -> bracketedPaste = on;
            default -> {}
        }
    }

    private void saveOrRestoreCursor(boolean save) {
        if (save) {
            grid.saveCursor();
        } else {
            grid.restoreCursor();
        }
    }
}
