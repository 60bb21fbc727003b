package dev.authbridge.terminal;

/**
 * Splits decoded terminal output into characters to print and control sequences (ECMA-48, in the states of <a
 * href="https://vt100.net/emu/dec_ansi_parser">Paul Williams's parser</a>).
 *
 * <p>Keeps its state from call to call, so output may be cut anywhere. Its memory is bounded: a sequence that is too long is read
 * to its end and ignored. Confined to one thread at a time.
 */
final class ControlSequenceParser {
    /** Greater parameters count as this one. No screen is wider or higher. */
    private static final int MAX_PARAMETER = 9999;

    /** As many as xterm.js keeps of one sequence; further ones are ignored. */
    private static final int MAX_PARAMETERS = 32;

    private static final int MAX_MARKS = 4;
    private static final int MAX_TEXT = 8192;

    private static final int BELL = 0x07;
    private static final int CANCEL = 0x18;
    private static final int SUBSTITUTE = 0x1a;
    private static final int ESCAPE = 0x1b;
    private static final int DELETE = 0x7f;
    private static final int STRING_TERMINATOR = 0x9c;

    private enum State {
        GROUND,
        ESCAPE,
        CONTROL_SEQUENCE,
        /** A malformed control sequence, such as one with {@code ?} after a digit: read to its end and ignored. */
        INVALID_SEQUENCE,
        COMMAND,
        /** The text of DCS, SOS, PM or APC: read to its end and ignored. */
        IGNORED_STRING
    }

    private final Drawing drawing;
    private State state = State.GROUND;

    /** The private marker and the intermediate characters of the sequence, in one string. */
    private final StringBuilder marks = new StringBuilder();

    private final int[] parameters = new int[MAX_PARAMETERS];
    private int parameterCount;

    /** Whether digits are ignored: there are too many parameters, or a colon began a part of a parameter. */
    private boolean digitsDropped;

    /** The text of an operating system command. */
    private final StringBuilder text = new StringBuilder();

    private boolean tooLong;

    /** @param drawing carries out what is found, in order */
    ControlSequenceParser(Drawing drawing) {
        this.drawing = drawing;
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
        if (state == State.GROUND && codePoint >= 0x20 && codePoint < DELETE) {
            drawing.print(codePoint);
        } else if (codePoint == CANCEL || codePoint == SUBSTITUTE) {
            state = State.GROUND;
            drawing.control(codePoint);
        } else if (codePoint == ESCAPE) {
            endString();
            begin(State.ESCAPE);
        } else if (codePoint > DELETE && codePoint < 0xa0) {
            // A C1 control character stands for two characters: ESC and the character 0x40 below it.
            if (codePoint == STRING_TERMINATOR) {
                endString();
            }
            begin(State.ESCAPE);
            inEscape((char) (codePoint - 0x40));
        } else if (state == State.COMMAND) {
            inCommand(codePoint);
        } else if (state != State.IGNORED_STRING) {
            inSequence(codePoint);
        }
    }

    private void inSequence(int codePoint) {
        if (codePoint < 0x20) {
            // A control character is carried out at once, even in the middle of a sequence.
            drawing.control(codePoint);
        } else if (state == State.GROUND) {
            if (codePoint != DELETE) {
                drawing.print(codePoint);
            }
        } else if (codePoint > DELETE) {
            // Such a character cannot be part of a sequence, so both are ignored.
            state = State.GROUND;
        } else if (codePoint < DELETE) {
            switch (state) {
                case ESCAPE -> inEscape((char) codePoint);
                case CONTROL_SEQUENCE -> inControlSequence((char) codePoint);
                default -> state = codePoint < 0x40 ? state : State.GROUND;
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
                drawing.escape(marks.toString(), character);
            }
            return;
        }
        switch (character) {
            case '[' -> begin(State.CONTROL_SEQUENCE);
            case ']' -> begin(State.COMMAND);
            case 'P', 'X', '^', '_' -> begin(State.IGNORED_STRING);
            default -> drawing.escape("", character);
        }
    }

    private void inControlSequence(char character) {
        if (character >= 0x40) {
            state = State.GROUND;
            if (!tooLong) {
                int count = Math.max(1, parameterCount);
                drawing.controlSequence(marks.length() == 0 ? "" : marks.toString(), parameters, count, character);
            }
        } else if (character < 0x30) {
            mark(character);
        } else if (marks.length() > 0 && marks.charAt(marks.length() - 1) < 0x30) {
            // No parameter may follow an intermediate character.
            state = State.INVALID_SEQUENCE;
        } else if (character > ';') {
            if (parameterCount == 0 && marks.length() == 0) {
                mark(character);
            } else {
                state = State.INVALID_SEQUENCE;
            }
        } else {
            inParameters(character);
        }
    }

    private void inParameters(char character) {
        parameterCount = Math.max(1, parameterCount);
        if (character == ':') {
            digitsDropped = true;
        } else if (character == ';') {
            digitsDropped = parameterCount == MAX_PARAMETERS;
            if (!digitsDropped) {
                parameters[parameterCount++] = 0;
            }
        } else if (!digitsDropped) {
            int last = parameterCount - 1;
            parameters[last] = Math.min(MAX_PARAMETER, parameters[last] * 10 + character - '0');
        }
    }

    private void inCommand(int codePoint) {
        if (codePoint == BELL) {
            endString();
        } else if (codePoint >= 0x20) {
            if (text.length() < MAX_TEXT) {
                text.appendCodePoint(codePoint);
            } else {
                tooLong = true;
            }
        }
    }

    /** Ends a command, which BEL and ST do. Like xterm, this takes any escape for ST. */
    private void endString() {
        if (state == State.COMMAND && !tooLong) {
            drawing.operatingSystemCommand(text.toString());
        }
        state = State.GROUND;
    }

    private void mark(char character) {
        if (marks.length() < MAX_MARKS) {
            marks.append(character);
        } else {
            tooLong = true;
        }
    }

    private void begin(State next) {
        state = next;
        marks.setLength(0);
        parameters[0] = 0;
        parameterCount = 0;
        digitsDropped = false;
        text.setLength(0);
        tooLong = false;
    }
}
