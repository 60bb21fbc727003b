package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.support.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Idle connections. */
class IdleTest extends ServerTest {
    private static final int SOCKETS = 1_000;

    /** The server waits two seconds for the answering close frame, and there are a thousand sockets. */
    private static void answerClose(RawSocket socket, RawSocket.Frame close) {
        try {
            socket.frame(RawSocket.CLOSE, true, close.payload());
            socket.readToEnd();
        } catch (IOException e) {
            return;
        }
    }

    /** The timeout for plain HTTP used to run for WebSockets, too, and cut some of them without a close frame. */
    @Test
    void everyIdleWebSocketGetsACloseFrameAndPlainHttpHasItsOwnTimeout() throws Exception {
        startAnew(RunningServer.Setting.USUAL
                .withMostSockets(SOCKETS)
                .withMostConnections(SOCKETS + 10)
                // Longer than it takes from a connection to its request, even on a busy machine.
                .withHttpIdle(Duration.ofSeconds(2)));
        List<RawSocket> open = new ArrayList<>();
        try {
            for (int socket = 0; socket < SOCKETS; socket++) {
                open.add(RawSocket.open(server.port, KEY));
            }
            // Opened last: when its timeout has passed, that of the others would have, too.
            try (Socket http = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
                http.setSoTimeout(10_000);
                http.getOutputStream().write("GET /hea".getBytes(US_ASCII));
                assertEquals(-1, http.getInputStream().read());
            }
            Eventually.waitUntil(
                    Duration.ofSeconds(10),
                    () -> server.openSockets() == SOCKETS,
                    () -> "only " + server.openSockets() + " are open");
            server.timers.turn(Duration.ofSeconds(60));
            for (RawSocket socket : open) {
                RawSocket.Frame frame = socket.next();
                while (frame.opcode() == RawSocket.PING) {
                    frame = socket.next();
                }
                assertEquals(RawSocket.CLOSE, frame.opcode());
                assertEquals(1001, frame.closeCode());
                answerClose(socket, frame);
            }
            Eventually.waitUntil(
                    Duration.ofSeconds(10),
                    () -> server.openSockets() == 0,
                    () -> server.openSockets() + " are still open");
        } finally {
            for (RawSocket socket : open) {
                socket.close();
            }
        }
    }
}
