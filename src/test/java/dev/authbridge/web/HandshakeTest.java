package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Valid and invalid opening handshakes according to RFC 6455, sent byte for byte. */
class HandshakeTest extends ServerTest {
    private static final String GET = "GET /api/claude/auth/socket HTTP/1.1";
    private static final String USUAL = "Host: localhost|Upgrade: websocket|Connection: Upgrade";
    private static final String VERSION = "|Sec-WebSocket-Version: 13";
    private static final String SAMPLE_KEY = "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "the usual one;                101; Upgrade: websocket|Connection: Upgrade|VERSION|KEY",
                "other capitals;               101; upgrade: WebSocket|connection: uPGRADE|VERSION|KEY",
                "Connection as a list;         101; Upgrade: websocket|Connection: keep-alive, Upgrade|VERSION|KEY",
                "Connection in two lines;      101; Upgrade: websocket|Connection: keep-alive|Connection: Upgrade|VERSION|KEY",
                "Upgrade as a list;            101; Upgrade: h2c, websocket|Connection: Upgrade|VERSION|KEY",
                "Upgrade in two lines;         101; Upgrade: h2c|Upgrade: websocket|Connection: Upgrade|VERSION|KEY",
                "an empty body;                101; Upgrade: websocket|Connection: Upgrade|Content-Length: 0|VERSION|KEY",
                "no Upgrade;                   426; Connection: Upgrade|VERSION|KEY",
                "another Upgrade;              426; Upgrade: websocket2|Connection: Upgrade|VERSION|KEY",
                "no Connection;                400; Upgrade: websocket|VERSION|KEY",
                "another Connection;           400; Upgrade: websocket|Connection: not-an-upgrade|VERSION|KEY",
                "no version (Hixie-76);        426; Upgrade: WebSocket|Connection: Upgrade|Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5|Sec-WebSocket-Key2: 12998 5 Y3 1  .P00",
                "draft 7;                      426; Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 7|KEY",
                "draft 8;                      426; Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 8|KEY",
                "a version to come;            426; Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 14|KEY",
                "two versions;                 426; Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 8|VERSION|KEY",
                "two versions in a line;       426; Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13, 8|KEY",
                "no key;                       400; Upgrade: websocket|Connection: Upgrade|VERSION",
                "an empty key;                 400; Upgrade: websocket|Connection: Upgrade|VERSION|Sec-WebSocket-Key:",
                "two keys;                     400; Upgrade: websocket|Connection: Upgrade|VERSION|KEY|KEY",
                "a key of 15 bytes;            400; Upgrade: websocket|Connection: Upgrade|VERSION|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j",
                "a key of 17 bytes;            400; Upgrade: websocket|Connection: Upgrade|VERSION|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWE=",
                "a key that is no Base64;      400; Upgrade: websocket|Connection: Upgrade|VERSION|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ_==",
                "two Hosts;                    400; Host: there|Upgrade: websocket|Connection: Upgrade|VERSION|KEY",
                "a body;                       400; Upgrade: websocket|Connection: Upgrade|Content-Length: 3|VERSION|KEY",
                "a chunked body;               400; Upgrade: websocket|Connection: Upgrade|Transfer-Encoding: chunked|VERSION|KEY",
                "the keys of Hixie-76, too;    400; Upgrade: websocket|Connection: Upgrade|VERSION|KEY|Sec-WebSocket-Key1: 1|Sec-WebSocket-Key2: 2",
            })
    void isAnsweredAsTheRfcHasIt(String name, int status, String headers) throws IOException {
        assertEquals(status, answer(GET, "Host: localhost|" + headers).status());
    }

    @Test
    void isNotMadeWithoutAHost() throws IOException {
        assertEquals(
                400,
                answer(GET, "Upgrade: websocket|Connection: Upgrade" + VERSION + SAMPLE_KEY)
                        .status());
    }

    @Test
    void isNotMadeInHttp10() throws IOException {
        assertEquals(
                400,
                answer(GET.replace("1.1", "1.0"), USUAL + VERSION + SAMPLE_KEY).status());
    }

    @ParameterizedTest
    @CsvSource({"POST, 426", "HEAD, 426", "PUT, 405"})
    void isNotMadeWithAnotherMethod(String method, int status) throws IOException {
        String line = GET.replace("GET", method);
        assertEquals(status, answer(line, USUAL + VERSION + SAMPLE_KEY).status());
    }

    @Test
    void aRefusalOfAVersionNamesTheSupportedOne() throws IOException {
        Answer answer = answer(GET, USUAL + "|Sec-WebSocket-Version: 8" + SAMPLE_KEY);
        assertEquals(426, answer.status());
        assertEquals("13", answer.header("sec-websocket-version"));
        assertEquals("websocket", answer.header("upgrade"));
    }

    /** The example in RFC 6455, section 1.3. */
    @Test
    void theKeyIsAnsweredAsInTheRfc() throws IOException {
        Answer answer = answer(GET, USUAL + VERSION + SAMPLE_KEY);
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.header("sec-websocket-accept"));
    }

    private record Answer(int status, String head) {
        String header(String name) {
            Matcher line = Pattern.compile("(?im)^" + name + ": *([^\r]*)").matcher(head);
            return line.find() ? line.group(1) : "";
        }
    }

    private Answer answer(String line, String headers) throws IOException {
        String request = line + "\r\n"
                + headers.replace("|VERSION", VERSION)
                        .replace("|KEY", SAMPLE_KEY)
                        .replace("|", "\r\n")
                + "\r\nAuthorization: Bearer " + KEY + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("no answer but " + head);
                }
                head.append((char) next);
            }
            return new Answer(Integer.parseInt(head.toString().split(" ")[1]), head.toString());
        }
    }
}
