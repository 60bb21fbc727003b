package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Drops from UTF-8 text what could do something to a terminal or turn the direction of text: control characters of both kinds
 * (C0 and C1) and bidirectional controls. Ends of lines and tabs remain, and so do the colours of a QR code
 * ({@code ESC [ … m}). Names of files, messages of the service and labels may contain anything.
 */
final class TerminalText extends FilterOutputStream {
    private static final int ESCAPE = 0x1B;
    private static final int LONGEST_COLOUR = 16;

    /** The bytes of a character, or of a control sequence, that is not whole yet. */
    private final byte[] begun = new byte[LONGEST_COLOUR];

    private int length;

    /** What is to be written on. */
    private final ByteArrayOutputStream printable = new ByteArrayOutputStream();

    private TerminalText(OutputStream to) {
        super(to);
    }

    static PrintStream filtered(PrintStream to) {
        return new PrintStream(new TerminalText(to), true, UTF_8);
    }

    @Override
    public void write(int next) throws IOException {
        take(next & 0xFF);
        passOn();
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        for (int at = from; at < from + count; at++) {
            take(bytes[at] & 0xFF);
        }
        passOn();
    }

    private void passOn() throws IOException {
        printable.writeTo(out);
        printable.reset();
    }

    private void take(int value) {
        if (length > 0 && !goesOn(value)) {
            length = 0;
        }
        begun[length++] = (byte) value;
        if (isWhole()) {
            if (!isControl()) {
                printable.write(begun, 0, length);
            }
            length = 0;
        }
    }

    private int first() {
        return begun[0] & 0xFF;
    }

    private boolean goesOn(int value) {
        if (first() != ESCAPE) {
            return value >= 0x80 && value < 0xC0;
        }
        boolean inColour = value >= '0' && value <= '9' || value == ';' || value == 'm';
        return length == 1 ? value == '[' : inColour && length < LONGEST_COLOUR;
    }

    private boolean isWhole() {
        if (first() == ESCAPE) {
            return begun[length - 1] == 'm';
        }
        int bytes = first() < 0xC0 ? 1 : first() < 0xE0 ? 2 : first() < 0xF0 ? 3 : 4;
        return length == bytes;
    }

    private boolean isControl() {
        if (first() == ESCAPE || length == 4) {
            return false;
        }
        if (length == 1) {
            boolean printed =
                    first() >= ' ' && first() != 0x7F || first() == '\n' || first() == '\t' || first() == '\r';
            return !printed || first() >= 0x80;
        }
        int character = new String(begun, 0, length, UTF_8).charAt(0);
        return character < 0xA0
                || character == 0x61C
                || character == 0x200E
                || character == 0x200F
                || character >= 0x2028 && character <= 0x202E
                || character >= 0x2066 && character <= 0x2069;
    }
}
