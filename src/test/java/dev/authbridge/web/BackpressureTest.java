package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that send without reading, or faster than they read. */
class BackpressureTest extends ServerTest {
    private static final String ASK = "{\"event\":\"claude.auth.status\",\"data\":{}}";

    /** What is enough to stop reading, and the answers to one small piece of input. */
    private static final int MOST_WAITING = 64 * 1_024 + 32 * 1_024;

    private static CompletableFuture<Void> inBackground(Sending sending) {
        return CompletableFuture.runAsync(() -> {
            try {
                sending.run();
            } catch (IOException e) {
                throw new java.util.concurrent.CompletionException(e);
            }
        });
    }

    private interface Sending {
        void run() throws IOException;
    }

    private static byte[] many(int times, byte[] frame) {
        ByteBuffer all = ByteBuffer.allocate(times * frame.length);
        for (int turn = 0; turn < times; turn++) {
            all.put(frame);
        }
        return all.array();
    }

    private void waitUntilBehind() {
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> server.mostWaiting() > 64 * 1_024,
                () -> "only " + server.mostWaiting() + " bytes wait");
    }

    @Test
    void aFloodOfPingsIsReadOnlyAsFastAsItsPongsAre() throws Exception {
        byte[] payload = "p".repeat(125).getBytes(UTF_8);
        byte[] pings = many(1_000, RawSocket.encoded(RawSocket.PING, true, payload));
        byte[] pongs = many(1_000, RawSocket.unmasked(RawSocket.PONG, payload));
        int rounds = 500;
        try (RawSocket client = RawSocket.open(server.port, KEY)) {
            CompletableFuture<Void> sending = inBackground(() -> {
                for (int round = 0; round < rounds; round++) {
                    client.write(pings);
                }
            });
            waitUntilBehind();
            assertFalse(sending.isDone(), "65 MB of pings were taken from a client that reads nothing");
            for (int round = 0; round < rounds; round++) {
                assertArrayEquals(pongs, client.bytes(pongs.length));
                assertTrue(server.mostWaiting() < MOST_WAITING, server.mostWaiting() + " bytes wait");
            }
            sending.get(10, TimeUnit.SECONDS);
            client.text(ASK);
            assertTrue(client.next().text().contains("signed_out"));
        }
    }

    @Test
    void manyEmptyPingsCountToo() throws Exception {
        byte[] pings = many(10_000, RawSocket.encoded(RawSocket.PING, true));
        try (RawSocket client = RawSocket.open(server.port, KEY)) {
            CompletableFuture<Void> sending = inBackground(() -> {
                for (int round = 0; round < 200; round++) {
                    client.write(pings);
                }
            });
            waitUntilBehind();
            assertTrue(server.mostWaiting() < MOST_WAITING, server.mostWaiting() + " bytes wait");
            assertFalse(sending.isDone());
        }
    }

    @Test
    void aClientThatReadsNothingIsDroppedAfterAWhile() throws Exception {
        for (String frame : new String[] {"ping", "text"}) {
            byte[] flood = frame.equals("ping")
                    ? RawSocket.encoded(RawSocket.PING, true, new byte[125])
                    : RawSocket.encoded(RawSocket.TEXT, true, ASK.getBytes(UTF_8));
            try (RawSocket client = RawSocket.open(server.port, KEY)) {
                CompletableFuture<Void> sending = inBackground(() -> client.write(many(200_000, flood)));
                waitUntilBehind();
                server.timers.turn(Duration.ofSeconds(40));
                assertEquals(1, server.openSockets());
                assertFalse(sending.isDone());
                server.timers.turn(Duration.ofSeconds(50));
                Eventually.waitUntil(Duration.ofSeconds(10), () -> server.openSockets() == 0, () -> "it is still open");
                Eventually.waitUntil(Duration.ofSeconds(10), sending::isDone, () -> "the server still takes input");
                assertEquals(
                        IOException.class, cause(sending).getClass().getSuperclass(), "the connection was not ended");
            }
        }
        assertTrue(server.metrics().contains("claude_auth_sockets_dropped_total{cause=\"slow\"} 2.0"));
    }

    private static Throwable cause(CompletableFuture<Void> failed) throws Exception {
        try {
            failed.get();
            throw new AssertionError("it did not fail");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    void whoReadsGetsEveryAnswerHoweverMuchIsAskedInOneWrite() throws Exception {
        int times = 4_000;
        try (RawSocket client = RawSocket.open(server.port, KEY)) {
            CompletableFuture<Void> sending =
                    inBackground(() -> client.write(many(times, RawSocket.encoded(RawSocket.TEXT, true, (byte) '?'))));
            for (int answer = 0; answer < times; answer++) {
                String text = client.next().text();
                assertTrue(text.contains("bad_message"), text);
            }
            sending.get(10, TimeUnit.SECONDS);
            client.text(ASK);
            assertTrue(client.next().text().contains("signed_out"));
        }
    }

    @Test
    void manyPingsAndAMessageInOneWriteAreAllAnswered() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(many(400, RawSocket.encoded(RawSocket.PING, true, new byte[125])));
        all.writeBytes(RawSocket.encoded(RawSocket.TEXT, true, ASK.getBytes(UTF_8)));
        try (RawSocket client = RawSocket.open(server.port, KEY)) {
            client.write(all.toByteArray());
            for (int pong = 0; pong < 400; pong++) {
                assertEquals(RawSocket.PONG, client.next().opcode());
            }
            assertTrue(client.next().text().contains("signed_out"));
            assertEquals(1, server.openSockets());
        }
    }

    @Test
    void aClientThatClosesAndReadsNothingIsCutInTheEnd() throws Exception {
        byte[] pings = many(4_000, RawSocket.encoded(RawSocket.PING, true, new byte[125]));
        try (RawSocket client = RawSocket.open(server.port, KEY)) {
            CompletableFuture<Void> sending = inBackground(() -> {
                client.write(pings);
                client.frame(RawSocket.CLOSE, true, (byte) (1000 >> 8), (byte) (1000 & 0xFF));
            });
            waitUntilBehind();
            server.timers.turn(Duration.ofSeconds(90));
            Eventually.waitUntil(Duration.ofSeconds(10), () -> server.openConnections() == 0, () -> "it is still open");
            Eventually.waitUntil(Duration.ofSeconds(10), sending::isDone, () -> "the server still takes input");
        }
    }
}
