package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.SecretsGrep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Under which names a server answers; {@link AttacksTest} has names of others. */
class HostsTest extends ServerTest {
    @ParameterizedTest
    @CsvSource({
        "true, localhost",
        "true, LOCALHOST:8765",
        "true, localhost.",
        "true, bridge.localhost:1",
        "true, 127.0.0.1:8765",
        "true, 127.8.7.6",
        "true, [::1]:8765",
        "true, [0:0:0:0:0:0:0:1]",
        "true, [::ffff:127.0.0.1]",
        "true, bridge.example.org",
        "true, Bridge.Example.org.:443",
        "true, build_box:8765",
        "true, 192.0.2.1",
        "true, [2001:DB8::0:1]:8765",
        "true, certified.example",
        "true, one.wild.example",
        "false, wild.example",
        "false, two.one.wild.example",
        "false, x.bridge.example.org",
        "false, example.org",
        "false, 192.0.2.2",
        "false, [2001:db8::2]",
        "false, 0.0.0.0",
        "false, 127.1",
        "false, notlocalhost",
    })
    void aServerKnowsItsNames(boolean known, String host) {
        Hosts hosts = new Hosts(Set.of("bridge.example.org", "build_box", "192.0.2.1", "2001:db8::1"), false);
        assertEquals(
                known,
                hosts.know(
                        Authority.parse(host).orElseThrow(),
                        Set.of("certified.example", "*.wild.example", "localhost")));
    }

    @Test
    void aServerThatListensOnAllAddressesKnowsEachAddressButNoOtherName() {
        Hosts hosts = new Hosts(Set.of(), true);
        assertTrue(hosts.know(Authority.parse("192.0.2.2:8765").orElseThrow(), Set.of()));
        assertTrue(hosts.know(Authority.parse("[2001:db8::2]").orElseThrow(), Set.of()));
        assertTrue(!hosts.know(Authority.parse("evil.example").orElseThrow(), Set.of()));
    }

    /** The probes of Kubernetes ask by address, and those of HAProxy in HTTP/1.0 without a Host. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "200; GET /healthz HTTP/1.1; Host: 10.1.2.3:8765",
                "200; GET /readyz HTTP/1.1;  Host: [2001:db8::5]:8765",
                "200; GET /readyz HTTP/1.0;  -",
                "200; HEAD /healthz HTTP/1.0; -",
                "421; GET /healthz HTTP/1.1; Host: evil.example",
                "421; GET /metrics HTTP/1.1; Host: 10.1.2.3:8765",
                "421; GET / HTTP/1.0;        -",
            })
    void monitorsMayAskByAddress(int status, String line, String host) throws IOException {
        assertEquals(status, status(line, host == null ? "" : host + "\r\n"));
    }

    @Test
    void aPageUnderANameWithAnUnderscoreSignsIn() throws IOException {
        String body = "{\"key\":\"" + KEY + "\"}";
        assertEquals(
                204,
                status(
                        "POST /api/session HTTP/1.1",
                        "Host: build_box:8765\r\nOrigin: http://build_box:8765\r\nContent-Type: application/json\r\n"
                                + "Content-Length: " + body.length() + "\r\n\r\n" + body));
    }

    @Test
    void refusedNamesAreLoggedOnceAMinute() throws Exception {
        try (SecretsGrep log = SecretsGrep.open()) {
            for (int turn = 0; turn < 5; turn++) {
                assertEquals(421, status("GET / HTTP/1.1", "Host: evil.example\r\n"));
            }
            server.timers.turn(Duration.ofMinutes(1));
            assertEquals(1, lines(log, "refused 1 requests whose Host"));
            assertEquals(1, lines(log, "refused 4 requests whose Host"));
            assertEquals(0, lines(log, "evil.example"));
        }
    }

    @Test
    void ofAProxyThatIsNotTrustedTheHeadersAreIgnoredAndTheLogSaysSo() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withTrustedProxies(TrustedProxies.NONE));
        try (SecretsGrep log = SecretsGrep.open()) {
            server.get("/api/claude/auth", "X-Forwarded-For", "203.0.113.7", "Authorization", "Bearer wrong");
            assertEquals(1, lines(log, "CLAUDE_AUTH_TRUSTED_PROXIES does not list, the last from 127.0.0.1"));
            assertEquals(1, lines(log, "wrong access key, the last from 127.0.0.1"));
        }
    }

    @Test
    void fromOtherMachinesTheMetricsNeedAKeyOrATrustedAddress() throws Exception {
        assertEquals(200, server.get("/metrics").statusCode());
        startAnew(RunningServer.Setting.USUAL.withTrustedProxies(new TrustedProxies(java.util.List.of(
                TrustedProxies.Range.parse("127.0.0.1").orElseThrow(),
                TrustedProxies.Range.parse("10.0.0.9").orElseThrow()))));
        assertEquals(200, server.get("/metrics").statusCode());
        String from = "X-Forwarded-For";
        assertEquals(401, server.get("/metrics", from, "203.0.113.7").statusCode());
        assertEquals(401, server.get("/metrics", from, "127.0.0.1, 203.0.113.7").statusCode());
        assertEquals(
                401,
                server.get("/metrics", from, "203.0.113.7", "Authorization", "Bearer wrong")
                        .statusCode());
        assertEquals(
                200,
                server.get("/metrics", from, "203.0.113.7", "Authorization", "Bearer " + KEY)
                        .statusCode());
        assertEquals(200, server.get("/metrics", from, "10.0.0.9").statusCode());
    }

    private static long lines(SecretsGrep log, String words) {
        return log.log().stream().filter(line -> line.contains(words)).count();
    }

    /** @param rest header lines, and a body behind an empty line */
    private int status(String line, String rest) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(10_000);
            String request = line + "\r\n" + rest + (rest.contains("\r\n\r\n") ? "" : "\r\n");
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return Integer.parseInt(new String(answer, ISO_8859_1).split(" ")[1]);
        }
    }
}
