package dev.authbridge.web.socket;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Assembles the messages of one socket from text frames and their continuations, and checks each byte as UTF-8 when it
 * arrives. Confined to the event loop.
 *
 * <p>Vert.x's own {@code textMessageHandler} accepts invalid UTF-8 and mishandles empty fragments (77 of 301 Autobahn
 * cases fail).
 */
final class MessageAssembler {
    private final int mostBytes;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final StringBuilder text = new StringBuilder();
    /** The first bytes of a character that continues in the next frame. */
    private Buffer rest = Buffer.buffer();

    private int bytes;
    private boolean binary;

    /** @param mostBytes the length of the longest message; a longer one is discarded while it arrives */
    MessageAssembler(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** A whole message, or, where {@code text} is empty, what is wrong with it. */
    record Message(Optional<String> text, String fault) {}

    /**
     * Takes one data frame.
     *
     * @return the message, if this was its last frame
     * @throws CharacterCodingException for invalid UTF-8, after which nothing on this connection can be trusted
     */
    Optional<Message> accept(WebSocketFrame frame) throws CharacterCodingException {
        if (!frame.isContinuation()) {
            begin(frame.isBinary());
        }
        Buffer data = frame.binaryData();
        bytes += Math.min(data.length(), mostBytes + 1);
        bytes = Math.min(bytes, mostBytes + 1);
        if (!binary) {
            decode(data, frame.isFinal());
        }
        return frame.isFinal() ? Optional.of(end()) : Optional.empty();
    }

    private void begin(boolean isBinary) {
        binary = isBinary;
        bytes = 0;
        text.setLength(0);
        rest = Buffer.buffer();
        decoder.reset();
    }

    private Message end() {
        if (binary) {
            return new Message(Optional.empty(), "Only text frames are known here.");
        }
        if (bytes > mostBytes) {
            return new Message(Optional.empty(), "The message is longer than " + mostBytes + " bytes.");
        }
        return new Message(Optional.of(text.toString()), "");
    }

    private void decode(Buffer data, boolean last) throws CharacterCodingException {
        ByteBuffer in = ByteBuffer.wrap(rest.appendBuffer(data).getBytes());
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        CoderResult result = decoder.decode(in, out, last);
        if (result.isError()) {
            result.throwException();
        }
        rest = Buffer.buffer(in.remaining());
        while (in.hasRemaining()) {
            rest.appendByte(in.get());
        }
        if (bytes <= mostBytes) {
            text.append(out.flip());
        }
    }
}
