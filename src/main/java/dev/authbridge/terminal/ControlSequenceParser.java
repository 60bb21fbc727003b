package dev.authbridge.terminal;

import java.util.List;

/**
 * Splits decoded terminal output into characters to print and control sequences (ECMA-48, in the states of <a
 * href="https://vt100.net/emu/dec_ansi_parser">Paul Williams's parser</a>).
 *
 * <p>Keeps its state from call to call, so output may be cut anywhere. Its memory is bounded: what is too long is read to
 * its end and dropped. Confined to one thread at a time.
 */
final class ControlSequenceParser {
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
         * @param parameters at most {@value SequenceParts#MAX_PARAMETER} each; −1 where one is left out
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
    private final SequenceParts parts = new SequenceParts();
    private State state = State.GROUND;

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
            parts.mark(character);
            return;
        }
        state = State.GROUND;
        if (!parts.marks().isEmpty()) {
            if (!parts.tooLong()) {
                actions.escape(parts.marks(), character);
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
            parts.digit(character - '0');
        } else if (character == ';' || character == ':') {
            parts.nextParameter();
        } else if (character < 0x40) {
            parts.mark(character);
        } else {
            state = State.GROUND;
            if (!parts.tooLong()) {
                actions.controlSequence(parts.marks(), parts.parameters(), character);
            }
        }
    }

    private void inCommand(int codePoint) {
        if (codePoint == 0x07) {
            endString();
        } else if (codePoint >= 0x20) {
            parts.text(codePoint);
        }
    }

    /** BEL and ST end a command; xterm takes any escape for ST, and so does this. */
    private void endString() {
        if (state == State.COMMAND && !parts.tooLong()) {
            actions.operatingSystemCommand(parts.text());
        }
        state = State.GROUND;
    }

    private void begin(State next) {
        state = next;
        parts.clear();
    }
}
