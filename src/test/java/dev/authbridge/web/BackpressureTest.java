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
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that send without reading, or faster than they read. */
class BackpressureTest extends ServerTest {
    /** These clients send more messages than anybody else does. */
    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withMostMessages(Integer.MAX_VALUE - 1_000);
    }

    private static final String ASK = "{\"event\":\"claude.auth.status\",\"data\":{}}";

    /** More than the amount at which the server stops reading, plus the answers to one piece of input. */
    private static final int MOST_WAITING = 64 * 1_024 + 32 * 1_024;

    /** The most input of one client that is handled in one turn of the event loop; its answer has about as many bytes. */
    private static final int MOST_IN_ONE_TURN = 4 * 1_024;

    /** Of one connection, before the next one is read. */
    private static final int MOST_IN_ONE_READ = 1_024;

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
    void pingsAreReadOnlyAsFastAsThePongsAreTaken() throws Exception {
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
    void emptyPingsCountToo() throws Exception {
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
    void aClientThatReadsNothingIsDisconnectedAfterAWhile() throws Exception {
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
    void aClientThatReadsGetsAllAnswersHoweverManyMessagesAreInOneWrite() throws Exception {
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
    void aClientThatClosesButReadsNothingIsDisconnectedInTheEnd() throws Exception {
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

    @Test
    void othersNeedNotWaitUntilAllInputOfAFloodIsHandled() throws Exception {
        int flooders = 8;
        byte[] payload = "p".repeat(125).getBytes(UTF_8);
        byte[] pings = many(250, RawSocket.encoded(RawSocket.PING, true, payload));
        byte[] pongs = many(250, RawSocket.unmasked(RawSocket.PONG, payload));
        List<RawSocket> clients = new ArrayList<>();
        try (Socket other = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            other.setSoTimeout(10_000);
            for (int client = 0; client < flooders; client++) {
                clients.add(RawSocket.open(server.port, KEY, 256 * 1_024));
            }
            // Asked on the event loop while it answers the other client.
            server.metrics.gauge("answered_bytes", "What the flooders were sent.", () -> unread(clients));
            assertEquals(0, answeredBytes(other));

            CountDownLatch everythingSent = new CountDownLatch(1);
            server.timers.execute(() -> await(everythingSent));
            for (RawSocket client : clients) {
                client.write(pings);
            }
            askForMetrics(other);
            everythingSent.countDown();
            int answered = readAnsweredBytes(other);
            assertTrue(answered < 2 * MOST_IN_ONE_TURN, answered + " of " + flooders * pongs.length + " bytes");

            for (RawSocket client : clients) {
                assertArrayEquals(pongs, client.bytes(pongs.length));
            }
        } finally {
            for (RawSocket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void othersNeedNotWaitUntilAllPipelinedRequestsAreAnswered() throws Exception {
        int flooders = 8;
        byte[] request = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(UTF_8);
        byte[] requests = many(500, request);
        List<Socket> clients = new ArrayList<>();
        try (Socket other = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            other.setSoTimeout(10_000);
            for (int client = 0; client < flooders; client++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(1_024 * 1_024);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port));
                socket.setSoTimeout(10_000);
                clients.add(socket);
            }
            byte[] answer = answerTo(request, clients.get(0));
            for (Socket client : clients.subList(1, flooders)) {
                assertArrayEquals(answer, answerTo(request, client));
            }
            server.metrics.gauge("answered_bytes", "What the flooders were sent.", () -> unreadBy(clients));
            assertEquals(0, answeredBytes(other));

            CountDownLatch everythingSent = new CountDownLatch(1);
            server.timers.execute(() -> await(everythingSent));
            for (Socket client : clients) {
                client.getOutputStream().write(requests);
            }
            askForMetrics(other);
            everythingSent.countDown();
            int answered = readAnsweredBytes(other);
            int most = flooders * answer.length * 2 * MOST_IN_ONE_READ / request.length;
            assertTrue(answered < most, answered + " of " + flooders * 500 * answer.length + " bytes");

            for (Socket client : clients) {
                assertArrayEquals(many(500, answer), client.getInputStream().readNBytes(500 * answer.length));
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    /** The answer to {@code /healthz}, which ends with its only line. */
    private static byte[] answerTo(byte[] request, Socket client) throws IOException {
        client.getOutputStream().write(request);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!answer.toString(UTF_8).endsWith("alive\n")) {
            answer.write(client.getInputStream().read());
        }
        return answer.toByteArray();
    }

    private static int unreadBy(List<Socket> clients) {
        int bytes = 0;
        for (Socket client : clients) {
            try {
                bytes += client.getInputStream().available();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes;
    }

    private static int unread(List<RawSocket> clients) {
        int bytes = 0;
        for (RawSocket client : clients) {
            try {
                bytes += client.unread();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int answeredBytes(Socket other) throws IOException {
        askForMetrics(other);
        return readAnsweredBytes(other);
    }

    private static void askForMetrics(Socket other) throws IOException {
        other.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(UTF_8));
    }

    /** Reads an answer to the end: its length is in its head. */
    private static int readAnsweredBytes(Socket other) throws IOException {
        InputStream in = other.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        int length = head.toString()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElseThrow();
        return new String(in.readNBytes(length), UTF_8)
                .lines()
                .filter(line -> line.startsWith("answered_bytes "))
                .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }
}
