package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import dev.authbridge.support.ServerPem;
import dev.authbridge.support.TestAuthority;
import dev.authbridge.web.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody can fill the log: what a client can cause as often as it likes is logged once a minute, with a count. */
class LogFloodTest extends ServerTest {
    private static final int TIMES = 6;

    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord event) {
            if (event.getLevel().intValue() >= Level.INFO.intValue()) {
                logged.add(event);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void collect() {
        Logger.getLogger("").addHandler(collector);
    }

    @AfterEach
    void collectNoMore() {
        Logger.getLogger("").removeHandler(collector);
    }

    /** Sends it and reads the first line of the answer; empty if the connection is closed without one. */
    private String answerTo(String name, String request) throws Exception {
        String bytes = request.replace("HOST", "127.0.0.1:" + server.port)
                .replace(
                        "UPGRADE",
                        "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                .replace("LONG", "x".repeat(9_000))
                .replace("|", "\r\n");
        StringBuilder expanded = new StringBuilder();
        for (int at = 0; at < bytes.length(); at++) {
            if (bytes.startsWith("\\x", at)) {
                expanded.append((char) Integer.parseInt(bytes.substring(at + 2, at + 4), 16));
                at += 3;
            } else {
                expanded.append(bytes.charAt(at));
            }
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(expanded.toString().getBytes(ISO_8859_1));
            if (name.contains("cut off")) {
                socket.shutdownOutput();
            }
            StringBuilder line = new StringBuilder();
            for (int next = socket.getInputStream().read();
                    next >= 0 && next != '\r';
                    next = socket.getInputStream().read()) {
                line.append((char) next);
            }
            return line.toString();
        } catch (IOException e) {
            return "";
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '\'',
            value = {
                "no HTTP~ hello||~ 400",
                "TLS where plain HTTP is spoken~ \\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xfc\\x03\\x03|~ 400",
                "another version~ GET / HTTP/9.9|Host: HOST||~ -",
                "a header without a colon~ GET / HTTP/1.1|Host: HOST|broken||~ 400",
                "a header with a NUL~ GET / HTTP/1.1|Host: HOST|A: b\\x00c||~ 400",
                "a header with a space in its name~ GET / HTTP/1.1|Host: HOST|A b: c||~ 400",
                "a header that is too long~ GET / HTTP/1.1|Host: HOST|A: LONG||~ 431",
                "a line that is too long~ GET /LONG HTTP/1.1|Host: HOST||~ 414",
                "a length that is none~ POST /api/session HTTP/1.1|Host: HOST|Content-Length: x||~ 400",
                "a negative length~ POST /api/session HTTP/1.1|Host: HOST|Content-Length: -1||~ 400",
                "two lengths~ POST /api/session HTTP/1.1|Host: HOST|Content-Length: 1|Content-Length: 2||x~ 400",
                "a chunk that is none~ POST /api/session HTTP/1.1|Host: HOST|Transfer-Encoding: chunked||zz|~ -",
                "another encoding~ POST /api/session HTTP/1.1|Host: HOST|Transfer-Encoding: gzip||~ 400",
                "a body that is cut off~ POST /api/session HTTP/1.1|Host: HOST|Content-Type: application/json|Content-Length: 50||{~ -",
                "a percent sign alone~ GET /%zz HTTP/1.1|Host: HOST||~ 400",
                "half an escape~ GET /% HTTP/1.1|Host: HOST||~ 400",
                "an escape that is no UTF-8~ GET /%ff%fe HTTP/1.1|Host: HOST||~ 404",
                "a broken query~ GET /?%zz=%zz HTTP/1.1|Host: HOST||~ -",
                "a path of a device that is broken~ POST /d/%zz HTTP/1.1|Host: HOST|Content-Length: 0||~ 400",
                "a link that is broken~ GET /go/%zz HTTP/1.1|Host: HOST||~ 400",
                "a cookie that is none~ GET /api/claude/auth HTTP/1.1|Host: HOST|Cookie: =\\x80.,.==||~ 401",
                "no Host~ GET / HTTP/1.1||~ -",
                "a Host that is none~ GET / HTTP/1.1|Host: [||~ -",
                "a Host with a user~ POST /api/claude/auth/device HTTP/1.1|Host: a@b:99999|Authorization: Bearer KEY|Content-Length: 0||~ -",
                "an address that is none~ GET http://[ HTTP/1.1|Host: HOST||~ -",
                "CONNECT~ CONNECT HOST HTTP/1.1|Host: HOST||~ -",
                "OPTIONS of everything~ OPTIONS * HTTP/1.1|Host: HOST||~ -",
                "a range that is none~ GET / HTTP/1.1|Host: HOST|Range: bytes=x-||~ 200",
                "a date that is none~ GET / HTTP/1.1|Host: HOST|If-Modified-Since: never||~ 200",
                "a body of a form~ POST /api/session HTTP/1.1|Host: HOST|Content-Type: multipart/form-data|Content-Length: 1||x~ 400",
                "a form with a boundary~ POST /api/session HTTP/1.1|Host: HOST|Content-Type: multipart/form-data; boundary=a|Content-Length: 5||--a|x~ 400",
                "a form that is encoded badly~ POST /api/session HTTP/1.1|Host: HOST|Content-Type: application/x-www-form-urlencoded|Content-Length: 3||%zz~ 400",
                "a type that is none~ POST /api/session HTTP/1.1|Host: HOST|Content-Type: \\xff/;;=|Content-Length: 2||{}~ 400",
                "an expectation~ POST /api/session HTTP/1.1|Host: HOST|Expect: x|Content-Length: 1||x~ 417",
                "a page of another origin~ POST /api/session HTTP/1.1|Host: HOST|Origin: https://evil.example|Content-Length: 0||~ 403",
                "a socket of another origin~ GET /api/claude/auth/socket HTTP/1.1|Host: HOST|UPGRADE|Origin: https://evil.example||~ 401",
                "a socket with a wrong key~ GET /api/claude/auth/socket HTTP/1.1|Host: HOST|UPGRADE|Authorization: Bearer wrong-wrong-wrong-wrong||~ 4",
                "a handshake that is none~ GET /api/claude/auth/socket HTTP/1.1|Host: HOST|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Key: x||~ 4",
                "a wrong key~ GET /api/claude/auth HTTP/1.1|Host: HOST|Authorization: Bearer wrong-wrong-wrong-wrong||~ 4",
                "a wrong key for a session~ POST /api/session HTTP/1.1|Host: HOST|Content-Type: application/json|Content-Length: 15||{\"key\":\"wrong\"}~ 4",
                "another Host~ GET / HTTP/1.1|Host: evil.example||~ 421",
                "a device that is none~ GET /d/api/claude/auth HTTP/1.1|Host: HOST|Cookie: claude-device-0a1b2c3d=x||~ 401",
                "a frame that is broken~ GET /api/claude/auth/socket HTTP/1.1|Host: HOST|UPGRADE||\\xff\\xff\\xff\\xff\\xff~ -",
            })
    void whatAnybodyCanSendIsLoggedOnceAMinute(String name, String request, String status) throws Exception {
        List<String> answers = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            answers.add(answerTo(name, request.replace("KEY", KEY)));
        }
        for (String answer : answers) {
            assertTrue(status.equals("-") || answer.contains(" " + status), answer);
        }
        assertFewLines();
    }

    /** At once and after a minute. */
    private void assertFewLines() throws Exception {
        server.timers.turn(Duration.ofSeconds(61));
        server.onLoop(() -> null);
        logged.forEach(event -> assertNull(event.getThrown(), event.getMessage()));
        SimpleFormatter formatter = new SimpleFormatter();
        assertTrue(
                logged.size() <= 2,
                () -> logged.stream().map(formatter::formatMessage).toList().toString());
    }

    @Test
    void theLineSaysHowOftenAndWhoItWasLast() throws Exception {
        for (int time = 0; time < TIMES; time++) {
            server.get("/api/claude/auth", "Authorization", "Bearer wrong-wrong-wrong-wrong");
        }
        assertFewLines();
        SimpleFormatter formatter = new SimpleFormatter();
        assertEquals(
                List.of(
                        "1 requests with a wrong access key, the last from 127.0.0.1",
                        "5 requests with a wrong access key, the last from 127.0.0.1"),
                logged.stream().map(formatter::formatMessage).toList());
    }

    @Test
    void promptsOfOneWhoIsSignedOutAreLoggedOnceAMinute() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.status();
            for (int time = 0; time < TIMES; time++) {
                page.send("{\"event\":\"claude.chat.prompt\",\"data\":{\"id\":\"" + time + "\",\"prompt\":\"hi\"}}");
                assertEquals(
                        "signed_out", page.next().path("data").path("reason").asText());
            }
        }
        // The server may notice the end of the page after the clock was turned, and log that it was idle.
        Eventually.waitUntil(Duration.ofSeconds(10), () -> server.openConnections() == 0, () -> "it is still open");
        assertFewLines();
    }

    @Test
    void socketsThatAreDroppedAreLoggedOnceAMinute() throws Exception {
        List<SocketClient> silent = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            silent.add(server.connectAs(KEY));
            silent.get(time).status();
        }
        server.timers.turn(Duration.ofSeconds(61));
        for (SocketClient socket : silent) {
            assertEquals(1001, socket.closeCode());
        }
        assertFewLines();
    }

    @Test
    void clientsThatBreakOffWhileOneRequestWaitsBehindAnotherAreNotLogged() throws Exception {
        String link = json(server.get("/api/claude/auth", "Authorization", "Bearer " + KEY))
                .path("link")
                .asText();
        String wait = server.get(link).body().replaceAll("(?s).*data-wait=\"([\\w-]+)\".*", "$1");
        String requests = ("POST /go/" + wait + " HTTP/1.1|Host: localhost|Content-Length: 0||").repeat(3);
        int before = server.openConnections();
        for (int time = 0; time < TIMES; time++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
                socket.getOutputStream().write(requests.replace("|", "\r\n").getBytes(ISO_8859_1));
                // Once this is answered, the server has read the requests.
                server.get("/healthz");
                socket.setSoLinger(true, 0);
            }
            Eventually.waitUntil(
                    Duration.ofSeconds(10),
                    () -> server.openConnections() <= before,
                    () -> "the connection is not closed");
        }
        assertFewLines();
    }

    @Test
    void whatIsNoTlsIsNotLogged() throws Exception {
        ServerPem pem = ServerPem.in(folder, new TestAuthority(), "localhost");
        startAnew(setting().withTls(new TlsFiles(pem.certificate(), pem.key())));
        for (String greeting : List.of(
                "GET / HTTP/1.1|Host: HOST||",
                "hello|",
                "",
                "\\x16\\x03\\x01\\x00\\x05hello",
                "\\x16\\x03\\x01\\xff\\xffhello|",
                "\\x80\\x2e\\x01\\x00\\x02|",
                "PRI * HTTP/2.0||SM||")) {
            for (int time = 0; time < TIMES; time++) {
                answerTo("cut off", greeting);
            }
        }
        assertFewLines();
    }
}
