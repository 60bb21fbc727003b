package dev.authbridge.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits decoded terminal output into characters to print and control sequences (ECMA-48, in the states of <a
 * href="https://vt100.net/emu/dec_ansi_parser">Paul Williams's parser</a>).
 *
 * <p>Keeps its state from call to call, so output may be cut anywhere. Its memory is bounded: what is too long is read to
 * its end and dropped. Confined to one thread at a time.
 */
final class ControlSequenceParser {
    /** The greatest parameter that is told apart; no screen is wider or higher. */
    static final int MAX_PARAMETER = 9999;

    private static final int MAX_PARAMETERS = 32;
    private static final int MAX_INTERMEDIATES = 4;
    private static final int MAX_COMMAND = 8192;

    private static final int CANCEL = 0x18;
    private static final int SUBSTITUTE = 0x1a;
    private static final int ESCAPE = 0x1b;
    private static final int DELETE = 0x7f;

    /** What the parser found, in order. */
    interface Actions {
        /** A character that shows, or a mark that joins the one before. */
        void print(int codePoint);

        /** A control character below U+0020. */
        void control(int codePoint);

        /** {@code ESC}, intermediate characters, a final character. */
        void escape(String intermediates, char end);

        /**
         * {@code CSI}, parameters, a final character.
         *
         * @param marks the private marker and the intermediate characters, together; empty for a standard sequence
         * @param parameters at most {@value #MAX_PARAMETER} each; −1 where one is left out
         */
        void controlSequence(String marks, List<Integer> parameters, char end);

        /** {@code OSC}, text, its terminator. */
        void operatingSystemCommand(String text);
    }

    private enum State {
        GROUND,
        ESCAPE,
        CONTROL_SEQUENCE,
        COMMAND,
        /** DCS, SOS, PM and APC: read to their end, never used. */
        IGNORED_STRING
    }

    private final Actions actions;
    private final StringBuilder marks = new StringBuilder();
    private final List<Integer> parameters = new ArrayList<>();
    private final StringBuilder command = new StringBuilder();
    private State state = State.GROUND;
    private boolean tooLong;

    ControlSequenceParser(Actions actions) {
        this.actions = actions;
    }

    void parse(CharSequence characters) {
        int at = 0;
        while (at < characters.length()) {
            int codePoint = Character.codePointAt(characters, at);
            at += Character.charCount(codePoint);
            parse(codePoint);
        }
    }

    private void parse(int codePoint) {
        if (codePoint == CANCEL || codePoint == SUBSTITUTE) {
            state = State.GROUND;
        } else if (codePoint == ESCAPE) {
            endString();
            begin(State.ESCAPE);
        } else if (codePoint >= 0x80 && codePoint < 0xa0) {
            // A C1 control is its two-character form in one: ESC and the character 0x40 lower.
            endString();
            begin(State.ESCAPE);
            inEscape((char) (codePoint - 0x40));
        } else {
            inState(codePoint);
        }
    }

    private void inState(int codePoint) {
        switch (state) {
            case COMMAND -> inCommand(codePoint);
            case IGNORED_STRING -> {}
            default -> {
                if (codePoint < 0x20) {
                    actions.control(codePoint);
                } else if (codePoint == DELETE) {
                    return;
                } else if (state == State.GROUND) {
                    actions.print(codePoint);
                } else if (codePoint > DELETE) {
                    // No sequence has such a character in it: what began as one was none.
                    state = State.GROUND;
                    actions.print(codePoint);
                } else if (state == State.ESCAPE) {
                    inEscape((char) codePoint);
                } else {
                    inControlSequence((char) codePoint);
                }
            }
        }
    }

    private void inEscape(char character) {
        if (character < 0x30) {
            mark(character);
            return;
        }
        state = State.GROUND;
        if (marks.length() > 0) {
            if (!tooLong) {
                actions.escape(marks.toString(), character);
            }
            return;
        }
        switch (character) {
            case '[' -> begin(State.CONTROL_SEQUENCE);
            case ']' -> begin(State.COMMAND);
            case 'P', 'X', '^', '_' -> begin(State.IGNORED_STRING);
            default -> actions.escape("", character);
        }
    }

    private void inControlSequence(char character) {
        if (character >= '0' && character <= '9') {
            digit(character - '0');
        } else if (character == ';' || character == ':') {
            parameter();
        } else if (character < 0x40) {
            mark(character);
        } else {
            state = State.GROUND;
            if (!tooLong) {
                actions.controlSequence(marks.toString(), List.copyOf(parameters), character);
            }
        }
    }

    private void inCommand(int codePoint) {
        if (codePoint == 0x07) {
            endString();
        } else if (codePoint >= 0x20) {
            if (command.length() < MAX_COMMAND) {
                command.appendCodePoint(codePoint);
            } else {
                tooLong = true;
            }
        }
    }

    /** BEL and ST end a command; xterm takes any escape for ST, and so does this. */
    private void endString() {
        if (state == State.COMMAND && !tooLong) {
            actions.operatingSystemCommand(command.toString());
        }
        state = State.GROUND;
    }

    private void begin(State next) {
        state = next;
        tooLong = false;
        marks.setLength(0);
        parameters.clear();
        command.setLength(0);
    }

    private void mark(char character) {
        if (marks.length() < MAX_INTERMEDIATES) {
            marks.append(character);
        } else {
            tooLong = true;
        }
    }

    private void digit(int digit) {
        if (parameters.isEmpty()) {
            parameters.add(-1);
        }
        int last = parameters.size() - 1;
        int value = Math.max(0, parameters.get(last)) * 10 + digit;
        parameters.set(last, Math.min(MAX_PARAMETER, value));
    }

    private void parameter() {
        if (parameters.isEmpty()) {
            parameters.add(-1);
        }
        if (parameters.size() < MAX_PARAMETERS) {
            parameters.add(-1);
        } else {
            tooLong = true;
        }
    }
}
