package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.support.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Conversations over a WebSocket, and what is particular to WebSockets. */
class SocketTest extends ConversationStories {
    @Test
    void aSilentSocketIsClosedAndALivingOneIsNot() throws Exception {
        try (RawSocket silent = RawSocket.open(server.port, KEY);
                SocketClient living = server.connectAs(KEY)) {
            living.status();
            Eventually.waitUntil(
                    Duration.ofSeconds(20), () -> server.openSockets() == 2, () -> "two sockets are not open");
            server.timers.turn(Duration.ofSeconds(20));
            assertEquals(RawSocket.PING, silent.next().opcode());
            living.status();
            server.timers.turn(Duration.ofSeconds(20));
            living.status();
            server.timers.turn(Duration.ofSeconds(20));
            Eventually.waitUntil(
                    Duration.ofSeconds(20), () -> server.openSockets() == 1, () -> "the silent one is still open");
            assertEquals("signed_out", living.state());
        }
    }

    @Test
    void aSocketThatNeverAuthenticatesIsClosed() throws Exception {
        try (SocketClient page = server.connect()) {
            page.say("status", "{}");
            page.next("error");
            server.timers.turn(Duration.ofSeconds(9));
            page.say("status", "{}");
            page.next("error");
            server.timers.turn(Duration.ofSeconds(1));
            assertEquals(1008, page.closeCode());
        }
    }

    @Test
    void noMoreSocketsAreOpenThanTheLimitAllows() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withMostSockets(1));
        try (SocketClient page = server.connectAs(KEY)) {
            assertEquals(503, RawSocket.refusal(server.port, KEY));
            page.status();
        }
    }
}
