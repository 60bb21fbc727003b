package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import dev.authbridge.support.ServerPem;
import dev.authbridge.support.TestAuthority;
import dev.authbridge.web.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take room from others: by many connections or sockets, by requests that never end, by many messages. */
class RoomTest extends ServerTest {
    private static final int MOST = 30;
    private static final String STATUS = "{\"event\":\"claude.auth.status\",\"data\":{}}";

    private final List<AutoCloseable> held = new ArrayList<>();

    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withMostConnections(MOST);
    }

    @AfterEach
    void letGo() throws Exception {
        for (AutoCloseable client : held) {
            client.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
        socket.setSoTimeout(10_000);
        held.add(socket);
        return socket;
    }

    private RawSocket open(String key) throws IOException {
        RawSocket socket = RawSocket.open(server.port, key);
        held.add(socket);
        return socket;
    }

    private RawSocket openUnknown() throws IOException {
        RawSocket socket = RawSocket.openUnknown(server.port);
        held.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** Reads until the server ends the connection, and returns what came. */
    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (SocketException e) {
            return "";
        }
    }

    private static boolean isOpen(Socket socket) throws IOException {
        socket.setSoTimeout(50);
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException e) {
            return false;
        } finally {
            socket.setSoTimeout(10_000);
        }
    }

    private void waitForConnections(int count) {
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> server.openConnections() == count,
                () -> server.openConnections() + " connections are open");
    }

    private static String answerTo(Socket socket, String head) throws IOException {
        send(socket, head + "Host: 127.0.0.1:" + socket.getPort() + "\r\nConnection: close\r\n\r\n");
        return rest(socket);
    }

    private static void assertAlive(RawSocket socket) throws IOException {
        socket.text(STATUS);
        RawSocket.Frame frame = socket.next();
        while (frame.opcode() == RawSocket.PING) {
            frame = socket.next();
        }
        assertTrue(frame.text().contains("signed_out"), frame.text());
    }

    private static int closeCode(RawSocket socket) throws IOException {
        RawSocket.Frame frame = socket.next();
        while (frame.opcode() != RawSocket.CLOSE) {
            frame = socket.next();
        }
        return frame.closeCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
                "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            })
    void whenStrangersHaveTakenAllConnectionsMonitorsAndOwnersAreStillServed(String said) throws Exception {
        RawSocket page = open(KEY);
        for (int stranger = 0; stranger < 3 * MOST; stranger++) {
            send(connect(), said);
        }
        waitForConnections(MOST);
        for (String path : List.of("/healthz", "/readyz", "/metrics")) {
            String answer = answerTo(connect(), "GET " + path + " HTTP/1.1\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200 "), path + ": " + answer);
        }
        String status =
                answerTo(connect(), "GET /api/claude/auth HTTP/1.1\r\nAuthorization: Bearer " + OTHER_KEY + "\r\n");
        assertTrue(status.contains("signed_out"), status);
        assertAlive(open(OTHER_KEY));
        assertAlive(page);
        assertTrue(server.openConnections() <= MOST, server.openConnections() + " connections are open");
    }

    @Test
    void aConnectionOverWhichAKeyWasShownIsKept() throws Exception {
        Socket known = connect();
        String head = "GET /api/claude/auth HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + "\r\n";
        send(known, head + "Authorization: Bearer " + KEY + "\r\n\r\n");
        assertEquals('H', known.getInputStream().read());
        for (int stranger = 0; stranger < 3 * MOST; stranger++) {
            connect();
        }
        waitForConnections(MOST);
        assertTrue(isOpen(known));
        // From now on it may be somebody else's, as behind a proxy.
        send(known, head + "\r\n");
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().contains(" 401 ")) {
            answer.append((char) known.getInputStream().read());
        }
        for (int stranger = 0; stranger < 3 * MOST; stranger++) {
            connect();
        }
        rest(known);
    }

    @Test
    void aRequestHasThirtySecondsHoweverSlowlyItComes() throws Exception {
        for (String begun : List.of(
                "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
                "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
                "POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n")) {
            Socket socket = connect();
            int before = server.onLoop(server.timers::count);
            send(socket, begun);
            Eventually.waitUntil(
                    Duration.ofSeconds(10),
                    () -> timers() == before + 1,
                    () -> "the server has not read the beginning of " + begun);
            for (int seconds : new int[] {10, 10, 9}) {
                server.timers.turn(Duration.ofSeconds(seconds));
                send(socket, "x");
            }
            assertTrue(isOpen(socket), begun);
            server.timers.turn(Duration.ofSeconds(1));
            rest(socket);
            waitForConnections(0);
            assertEquals(before, timers());
        }
        assertTrue(server.metrics().contains("claude_auth_sockets_dropped_total{cause=\"late_request\"} 3.0"));
    }

    private int timers() {
        try {
            return server.onLoop(server.timers::count);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aConnectionThatIsKeptAliveHasThirtySecondsForEachRequest() throws Exception {
        Socket socket = connect();
        int before = timers();
        for (int request = 0; request < 3; request++) {
            send(socket, "GET /healthz HTTP/1.1\r\nHo");
            Eventually.waitUntil(Duration.ofSeconds(10), () -> timers() == before + 1, () -> "it was not read");
            server.timers.turn(Duration.ofSeconds(29));
            send(socket, "st: 127.0.0.1:" + server.port + "\r\n\r\n");
            Eventually.waitUntil(Duration.ofSeconds(10), () -> timers() == before, () -> "it was not answered");
            // Between requests.
            server.timers.turn(Duration.ofSeconds(60));
        }
        assertTrue(isOpen(socket));
    }

    @Test
    void aBodyInVeryManyPiecesIsNotReadToItsEnd() throws Exception {
        String head = "POST /api/claude/auth/diagnose HTTP/1.1\r\nHost: 127.0.0.1:" + server.port
                + "\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        Socket few = connect();
        send(few, head + "1\r\nx\r\n".repeat(1_000) + "0\r\n\r\n");
        assertTrue(rest(few).contains("401"));
        Socket many = connect();
        send(many, head + "1\r\nx\r\n".repeat(1_100));
        assertEquals("", rest(many));
    }

    @Test
    void aTlsHandshakeIsCountedAndHasTenSeconds() throws Exception {
        ServerPem pem = ServerPem.in(folder, new TestAuthority(), "localhost");
        startAnew(setting().withTls(new TlsFiles(pem.certificate(), pem.key())));
        Socket first = connect();
        for (int stranger = 0; stranger < 2 * MOST; stranger++) {
            connect();
        }
        assertEquals("", rest(first), "the oldest had to go");
        // This one had to go for the last one, whose time runs from then on.
        assertEquals("", rest((Socket) held.get(MOST)));
        Socket last = (Socket) held.get(held.size() - 1);
        send(last, "\u0016\u0003\u0001");
        server.timers.turn(Duration.ofSeconds(9));
        assertTrue(isOpen(last));
        server.timers.turn(Duration.ofSeconds(1));
        waitForConnections(0);
    }

    @Test
    void aSocketHasTenSecondsToSayWhoItIs() throws Exception {
        RawSocket silent = openUnknown();
        RawSocket speaking = openUnknown();
        RawSocket wrong = openUnknown();
        speaking.text("{\"event\":\"claude.auth.status\",\"data\":{\"key\":\"" + KEY + "\"}}");
        assertTrue(speaking.next().text().contains("signed_out"));
        wrong.text("{\"event\":\"claude.auth.status\",\"data\":{\"key\":\"wrong\"}}");
        assertTrue(wrong.next().text().contains("unauthorized"));
        server.timers.turn(Duration.ofSeconds(10));
        assertEquals(1008, closeCode(silent));
        assertEquals(1008, closeCode(wrong));
        assertAlive(speaking);
    }

    @Test
    void oneAddressHasSixteenSocketsWithoutAKeyAndTheNextOneReplacesTheOldest() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withMostSockets(40));
        RawSocket known = open(KEY);
        List<RawSocket> unknown = new ArrayList<>();
        for (int socket = 0; socket < 16; socket++) {
            unknown.add(openUnknown());
        }
        assertEquals(17, server.openSockets());
        unknown.get(0).text(STATUS);
        assertTrue(unknown.get(0).next().text().contains("unauthorized"), "all are still open");
        RawSocket next = openUnknown();
        assertEquals(1008, closeCode(unknown.get(0)));
        next.text("{\"event\":\"claude.auth.status\",\"data\":{\"key\":\"" + KEY + "\"}}");
        assertTrue(next.next().text().contains("signed_out"));
        assertAlive(known);
    }

    @Test
    void whenAllSocketsAreThoseOfPeopleWhoAreKnownTheNextOneIsRefusedAndOtherwiseAStrangersIsClosed() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withMostSockets(3));
        RawSocket stranger = openUnknown();
        RawSocket one = open(KEY);
        RawSocket two = open(OTHER_KEY);
        RawSocket three = open(OTHER_KEY);
        assertEquals(1008, closeCode(stranger));
        assertEquals(503, RawSocket.refusal(server.port, KEY));
        for (RawSocket known : List.of(one, two, three)) {
            assertAlive(known);
        }
    }

    @Test
    void anOwnerHasAShareOfTheSockets() throws Exception {
        startAnew(setting().withSockets(6, 3, 100));
        for (int socket = 0; socket < 3; socket++) {
            open(KEY);
        }
        assertEquals(503, RawSocket.refusal(server.port, KEY));
        RawSocket later = openUnknown();
        later.text("{\"event\":\"claude.auth.status\",\"data\":{\"key\":\"" + KEY + "\"}}");
        assertEquals(1013, closeCode(later));
        assertAlive(open(OTHER_KEY));
    }

    @Test
    void aSocketMaySendAHundredMessagesAMinuteAndIsClosedIfItGoesOn() throws Exception {
        RawSocket page = open(KEY);
        for (int message = 0; message < 100; message++) {
            page.text(message % 2 == 0 ? STATUS : "{\"event\":\"claude.auth.code\",\"data\":{\"code\":\"x\"}}");
            assertTrue(!page.next().text().contains("rate_limited"));
        }
        page.text(STATUS);
        assertTrue(page.next().text().contains("rate_limited"));
        page.frame(RawSocket.TEXT, true, "no JSON".getBytes(UTF_8));
        assertTrue(page.next().text().contains("rate_limited"), "it is counted before it is read");
        server.timers.turn(Duration.ofSeconds(20));
        assertEquals(RawSocket.PING, page.next().opcode());
        page.frame(RawSocket.PONG, true);
        server.timers.turn(Duration.ofSeconds(20));
        assertEquals(RawSocket.PING, page.next().opcode());
        page.frame(RawSocket.PONG, true);
        page.text(STATUS);
        assertTrue(page.next().text().contains("rate_limited"));
        server.timers.turn(Duration.ofSeconds(20));
        assertAlive(page);
        for (int message = 0; message < 120; message++) {
            page.text(STATUS);
        }
        assertEquals(1008, closeCode(page));
    }

    /** They come from the server's own machine, as through a proxy, where connections are not counted by address. */
    @Test
    void tabsThatWaitForALinkDoNotKeepOthersOut() throws Exception {
        String link = json(server.get("/api/claude/auth", "Authorization", "Bearer " + OTHER_KEY))
                .path("link")
                .asText();
        String wait = server.get(link).body().replaceAll("(?s).*data-wait=\"([\\w-]+)\".*", "$1");
        Socket last = null;
        for (int poll = 0; poll < MOST + 5; poll++) {
            Socket before = last;
            last = connect();
            send(last, "POST /go/" + wait + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            if (before != null) {
                assertEquals("HTTP/1.1 410", new String(before.getInputStream().readNBytes(12), US_ASCII));
            }
        }
        assertTrue(isOpen(last), "the last poll is not kept waiting");
        assertTrue(answerTo(connect(), "GET /healthz HTTP/1.1\r\n").startsWith("HTTP/1.1 200"));
        assertEquals(
                200,
                server.get("/api/claude/auth", "Authorization", "Bearer " + KEY).statusCode());
    }
}
