package dev.authbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid and invalid frames according to RFC 6455, sent byte for byte. */
class ConformanceTest extends ServerTest {
    private static final String ASK = "{\"event\":\"claude.auth.status\",\"data\":{\"ä\":\"€😀\"}}";

    private RawSocket socket;

    @BeforeEach
    void connect() throws Exception {
        socket = RawSocket.open(server.port, RunningServer.KEY);
    }

    @AfterEach
    void disconnect() throws Exception {
        socket.close();
    }

    private void assertAnswers() throws IOException {
        String answer = socket.next().text();
        assertTrue(answer.startsWith("{\"event\":\"claude.auth.status\""), answer);
    }

    private void assertBadMessage(String fault) throws IOException {
        String answer = socket.next().text();
        assertTrue(answer.contains("\"reason\":\"bad_message\"") && answer.contains(fault), answer);
    }

    private void assertStays() throws IOException {
        socket.text(ASK);
        assertAnswers();
    }

    private void assertClosed(int code) throws IOException {
        RawSocket.Frame frame = socket.next();
        assertEquals(RawSocket.CLOSE, frame.opcode(), frame.text());
        assertEquals(code, frame.closeCode());
    }

    /** If Netty finds the violation, the connection may end before the close frame is sent, which RFC 6455 allows. */
    private void assertEnded(int code) throws IOException {
        try {
            assertClosed(code);
        } catch (EOFException e) {
            assertThrows(IOException.class, this::assertStays);
        }
    }

    @Test
    void aMessageInOneFrameIsRead() throws IOException {
        socket.text(ASK);
        assertAnswers();
    }

    @Test
    void aMessageMayBeFragmentedAnywhereEvenInsideACharacter() throws IOException {
        byte[] bytes = ASK.getBytes(UTF_8);
        for (int at = 0; at < bytes.length; at++) {
            socket.frame(at == 0 ? RawSocket.TEXT : RawSocket.CONTINUATION, at == bytes.length - 1, bytes[at]);
        }
        assertAnswers();
    }

    @Test
    void emptyFragmentsAreIgnored() throws IOException {
        socket.frame(RawSocket.TEXT, false);
        socket.frame(RawSocket.CONTINUATION, false);
        socket.frame(RawSocket.CONTINUATION, false, ASK.getBytes(UTF_8));
        socket.frame(RawSocket.CONTINUATION, true);
        assertAnswers();
        assertStays();
    }

    @Test
    void aPingInsideAMessageIsAnsweredAtOnce() throws IOException {
        byte[] bytes = ASK.getBytes(UTF_8);
        socket.frame(RawSocket.TEXT, false, Arrays.copyOf(bytes, 5));
        socket.frame(RawSocket.PING, true, (byte) 1, (byte) 2);
        RawSocket.Frame pong = socket.next();
        assertEquals(RawSocket.PONG, pong.opcode());
        assertArrayEquals(new byte[] {1, 2}, pong.payload());
        socket.frame(RawSocket.CONTINUATION, true, Arrays.copyOfRange(bytes, 5, bytes.length));
        assertAnswers();
    }

    @Test
    void anEmptyMessageIsABadMessageAndTheSocketStaysOpen() throws IOException {
        socket.frame(RawSocket.TEXT, true);
        assertBadMessage("not a JSON object");
        assertStays();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C080", // overlong
                "EDA080", // half of a surrogate pair
                "F4908080", // beyond the last character
                "FF", // never a byte of UTF-8
                "80", // the middle of a character alone
                "E282", // the beginning of a character alone
            })
    void invalidUtf8EndsTheConnection(String hex) throws IOException {
        socket.frame(RawSocket.TEXT, true, java.util.HexFormat.of().parseHex(hex));
        assertBadMessage("UTF-8");
        assertClosed(1007);
    }

    @Test
    void invalidUtf8IsFoundBeforeTheMessageIsComplete() throws IOException {
        socket.frame(RawSocket.TEXT, false, (byte) 'a', (byte) 0xFF);
        assertBadMessage("UTF-8");
        assertClosed(1007);
    }

    @Test
    void aMessageThatIsTooLongIsABadMessageAndTheSocketStaysOpen() throws IOException {
        socket.frame(RawSocket.TEXT, true, " ".repeat(8_193).getBytes(UTF_8));
        assertBadMessage("longer than 8192 bytes");
        assertStays();
    }

    @Test
    void aMessageThatIsTooLongInManyFragmentsIsABadMessageAndTheSocketStaysOpen() throws IOException {
        byte[] fragment = "x".repeat(1_000).getBytes(UTF_8);
        socket.frame(RawSocket.TEXT, false, fragment);
        for (int more = 0; more < 200; more++) {
            socket.frame(RawSocket.CONTINUATION, false, fragment);
        }
        socket.frame(RawSocket.CONTINUATION, true, fragment);
        assertBadMessage("longer than 8192 bytes");
        assertStays();
    }

    @Test
    void theLongestMessageIsRead() throws IOException {
        socket.text(ASK + " ".repeat(8_192 - ASK.getBytes(UTF_8).length));
        assertAnswers();
    }

    @Test
    void aFrameThatIsFarTooLongEndsTheConnection() throws IOException {
        socket.frame(RawSocket.TEXT, true, new byte[70_000]);
        assertEnded(1009);
    }

    @Test
    void aBinaryMessageIsABadMessageAndTheSocketStaysOpen() throws IOException {
        socket.frame(RawSocket.BINARY, false, (byte) 0xFF);
        socket.frame(RawSocket.CONTINUATION, true, (byte) 0xFE);
        assertBadMessage("text frames");
        assertStays();
    }

    @Test
    void aContinuationWithoutABeginningEndsTheConnection() throws IOException {
        socket.frame(RawSocket.CONTINUATION, true, (byte) 'a');
        assertEnded(1002);
    }

    @Test
    void aMessageInsideAMessageEndsTheConnection() throws IOException {
        socket.frame(RawSocket.TEXT, false, (byte) 'a');
        socket.frame(RawSocket.TEXT, true, (byte) 'b');
        assertEnded(1002);
    }

    @Test
    void aCloseIsAnsweredWithItsCode() throws IOException {
        socket.frame(RawSocket.CLOSE, true, (byte) (1000 >> 8), (byte) (1000 & 0xFF));
        assertClosed(1000);
    }
}
