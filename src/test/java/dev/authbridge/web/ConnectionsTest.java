package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import dev.authbridge.support.SecretsGrep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on connections, as clients see them. */
class ConnectionsTest extends ServerTest {
    @Test
    void aConnectionAboveTheLimitIsAcceptedAndTheOneThatWasSilentForLongestIsClosed() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withMostConnections(2));
        try (Socket one = connection();
                Socket two = connection()) {
            assertTrue(alive(two) && alive(one));
            try (Socket three = connection()) {
                assertTrue(alive(three));
                assertEquals(-1, two.getInputStream().read());
                assertTrue(alive(one) && alive(three));
            }
        }
        assertTrue(server.metrics().contains("claude_auth_sockets_dropped_total{cause=\"too_many_connections\"} "));
    }

    /** Vert.x does not report the end of an upgraded connection, and the server used to count those for ever. */
    @Test
    void thousandsOfWebSocketsLeaveNothingBehindHoweverTheyEnd() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withMostConnections(40));
        for (int turn = 0; turn < 600; turn++) {
            try (RawSocket socket = RawSocket.open(server.port, KEY)) {
                socket.frame(RawSocket.CLOSE, true, (byte) (1000 >> 8), (byte) (1000 & 0xFF));
                socket.readToEnd();
            }
            RawSocket.open(server.port, KEY).reset();
            try (RawSocket socket = RawSocket.open(server.port, KEY)) {
                socket.closeHalf();
            }
            try (RawSocket socket = RawSocket.open(server.port, KEY)) {
                socket.frame(RawSocket.CONTINUATION, true, (byte) 'a');
                socket.readToEnd();
            }
            RawSocket.vanish(server.port, KEY);
            if (turn % 5 == 0) {
                Eventually.waitUntil(
                        Duration.ofSeconds(20),
                        () -> server.openConnections() == 0,
                        () -> server.openConnections() + " connections are still counted");
            }
        }
        Eventually.waitUntil(
                Duration.ofSeconds(20),
                () -> server.openConnections() == 0,
                () -> server.openConnections() + " connections are still counted");
        assertEquals(200, server.get("/healthz").statusCode());
        assertEquals(0, server.openSockets());
    }

    @Test
    void headersThatAreTooLongAreRefused() throws Exception {
        assertEquals(431, server.get("/healthz", "X-Long", "x".repeat(9_000)).statusCode());
        assertEquals(414, server.get("/" + "x".repeat(5_000)).statusCode());
    }

    /** Nobody needs a key for these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1000\r\n\r\n{",
                "Transfer-Encoding: chunked\r\n\r\nno length\r\n",
                "Expect: something\r\nContent-Length: 1000\r\n\r\n",
            })
    void aRequestThatBreaksOffOrIsInvalidIsNotLogged(String rest) throws Exception {
        try (SecretsGrep log = SecretsGrep.open()) {
            for (String path : new String[] {"/api/session", "/api/claude/auth/diagnose", "/d/abc", "/go/abc"}) {
                try (Socket client = connection()) {
                    String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
                    client.getOutputStream().write((head + rest).getBytes(US_ASCII));
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes();
                }
                Eventually.waitUntil(
                        Duration.ofSeconds(10), () -> server.openConnections() == 0, () -> "it is still counted");
            }
            assertEquals(
                    List.of(),
                    log.log().stream()
                            .filter(line -> line.contains("Unhandled") || line.contains("failed"))
                            .toList());
        }
    }

    @Test
    void pagesOfOtherOriginsAreLoggedOnceAMinute() throws Exception {
        try (SecretsGrep log = SecretsGrep.open()) {
            for (int turn = 0; turn < 20; turn++) {
                assertEquals(
                        403,
                        server.send("POST", "/api/session", "{}", "Origin", "https://evil.example")
                                .statusCode());
            }
            assertEquals(1, refusals(log, "refused 1 requests of pages of another origin"));
            server.timers.turn(Duration.ofMinutes(1));
            assertEquals(1, refusals(log, "refused 19 requests of pages of another origin"));
            assertEquals(2, refusals(log, "of pages of another origin"));
        }
    }

    private static long refusals(SecretsGrep log, String words) {
        return log.log().stream().filter(line -> line.contains(words)).count();
    }

    private Socket connection() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static boolean alive(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\nalive\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return false;
            }
            answer.append((char) next);
        }
        return answer.toString().startsWith("HTTP/1.1 200 ");
    }
}
