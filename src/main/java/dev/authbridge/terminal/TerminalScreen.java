package dev.authbridge.terminal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What a program shows on its terminal: bytes in, rows of text and hyperlinks out.
 *
 * <p>Chunks may be cut anywhere, inside a character or a control sequence. Whatever the bytes are, nothing here throws
 * or grows without bound.
 *
 * <p>A row that scrolls off the top is lost. A caller that must not lose any opens a screen that is high enough for the program's
 * whole dialogue. If the screen scrolls all the same, the latest output is still on it.
 *
 * <p>Confined to one thread at a time.
 */
public final class TerminalScreen {
    /** A wide character needs two columns; a scroll region needs two rows. */
    private static final int MIN_SIZE = 2;

    private static final int MAX_SIZE = 4096;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final Grid grid;
    private final Drawing drawing;
    private final ControlSequenceParser parser;
    private byte[] undecoded = {};
    private List<String> rows;

    /**
     * A hyperlink that the program gave its text (OSC 8, <a
     * href="https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda">Hyperlinks in terminal emulators</a>).
     *
     * @param address where it leads, as the program sent it: not checked, hostile until parsed
     * @param text the characters printed for it, without the blanks and line breaks that cursor moves leave
     */
    public record Hyperlink(String address, String text) {
        public Hyperlink {
            Objects.requireNonNull(address);
            Objects.requireNonNull(text);
        }

        /** Without the address: it may be an authorization URL, which no log may hold. */
        @Override
        public String toString() {
            return "Hyperlink[" + address.length() + " characters]";
        }
    }

    /**
     * A blank screen.
     *
     * @param columns 2 to 4096
     * @param rows 2 to 4096
     */
    public TerminalScreen(int columns, int rows) {
        if (Math.min(columns, rows) < MIN_SIZE || Math.max(columns, rows) > MAX_SIZE) {
            throw new IllegalArgumentException("no such screen: " + columns + " columns, " + rows + " rows");
        }
        grid = new Grid(columns, rows);
        drawing = new Drawing(grid);
        parser = new ControlSequenceParser(drawing);
    }

    /** Takes the next bytes of the program's output. */
    public void feed(byte[] chunk) {
        Objects.requireNonNull(chunk);
        ByteBuffer bytes = ByteBuffer.allocate(undecoded.length + chunk.length)
                .put(undecoded)
                .put(chunk)
                .flip();
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        decoder.decode(bytes, characters, false);
        undecoded = new byte[bytes.remaining()];
        bytes.get(undecoded);
        parser.parse(characters.flip());
        rows = null;
    }

    /** The text of each row of the screen, from the top, without trailing blanks. */
    public List<String> rows() {
        if (rows == null) {
            rows = grid.text();
        }
        return rows;
    }

    /**
     * The hyperlinks (OSC 8) printed since the whole screen was last cleared, each address once, the latest one at the end. Other
     * text may have been printed over a link since: only the rows tell what can be seen.
     */
    public List<Hyperlink> hyperlinks() {
        return drawing.hyperlinks().list();
    }

    /** Whether the program asked that pasted text be sent between {@code ESC[200~} and {@code ESC[201~}. */
    public boolean bracketedPaste() {
        return drawing.bracketedPaste();
    }

    /** What all output so far has cost, see {@link Grid#cost()}. For the tests, which check that hostile output costs little. */
    long cost() {
        return grid.cost();
    }
}
