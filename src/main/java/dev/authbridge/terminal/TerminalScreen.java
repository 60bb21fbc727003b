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
 * <p>A row that scrolls off the top is gone. Whoever must lose nothing that way opens a screen that is high enough for all
 * of a program's dialogue; and when it does scroll, what came last is still there.
 *
 * <p>Confined to one thread at a time.
 */
public final class TerminalScreen {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final Drawing drawing;
    private final ControlSequenceParser parser;
    private byte[] undecoded = {};
    private List<String> rows;

    /**
     * A blank screen.
     *
     * @param columns 2 to 4096
     * @param rows 2 to 4096
     */
    public TerminalScreen(int columns, int rows) {
        drawing = new Drawing(new Cells(columns, rows));
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
        drawing.flush();
        rows = null;
    }

    /** The text of each row from the top, as many as the screen has; trailing blanks removed. */
    public List<String> rows() {
        if (rows == null) {
            rows = drawing.cells().text();
        }
        return rows;
    }

    /**
     * The hyperlinks (OSC 8) printed since the screen was last cleared as a whole, each address once, the one printed
     * last at the end. A link may have been drawn over since: the rows say what is to be seen.
     */
    public List<Hyperlink> hyperlinks() {
        return drawing.hyperlinks().list();
    }

    /** Whether the program asked for pasted text to come between {@code ESC[200~} and {@code ESC[201~}. */
    public boolean bracketedPaste() {
        return drawing.bracketedPaste();
    }
}
