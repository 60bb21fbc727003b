package dev.authbridge.terminal;

import java.util.ArrayList;
import java.util.List;

/** What has come of a sequence so far. Bounded: of one that is too long only that is known. Confined to its parser. */
final class SequenceParts {
    /** The greatest parameter that is told apart; no screen is wider or higher. */
    static final int MAX_PARAMETER = 9999;

    private static final int MAX_PARAMETERS = 32;
    private static final int MAX_MARKS = 4;
    private static final int MAX_TEXT = 8192;

    private final StringBuilder marks = new StringBuilder();
    private final List<Integer> parameters = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private boolean tooLong;

    void clear() {
        tooLong = false;
        marks.setLength(0);
        parameters.clear();
        text.setLength(0);
    }

    /** A private marker or an intermediate character. */
    void mark(char character) {
        if (marks.length() < MAX_MARKS) {
            marks.append(character);
        } else {
            tooLong = true;
        }
    }

    void digit(int digit) {
        if (parameters.isEmpty()) {
            parameters.add(-1);
        }
        int last = parameters.size() - 1;
        int value = Math.max(0, parameters.get(last)) * 10 + digit;
        parameters.set(last, Math.min(MAX_PARAMETER, value));
    }

    /** What stands between two parameters. */
    void nextParameter() {
        if (parameters.isEmpty()) {
            parameters.add(-1);
        }
        if (parameters.size() < MAX_PARAMETERS) {
            parameters.add(-1);
        } else {
            tooLong = true;
        }
    }

    /** A character of an operating system command. */
    void text(int codePoint) {
        if (text.length() < MAX_TEXT) {
            text.appendCodePoint(codePoint);
        } else {
            tooLong = true;
        }
    }

    boolean tooLong() {
        return tooLong;
    }

    String marks() {
        return marks.toString();
    }

    /** −1 where one is left out. */
    List<Integer> parameters() {
        return List.copyOf(parameters);
    }

    String text() {
        return text.toString();
    }
}
