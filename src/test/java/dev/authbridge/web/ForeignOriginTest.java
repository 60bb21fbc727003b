package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.support.SecretsGrep;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a page is told whose requests a proxy has changed so that they seem to come from another origin. */
class ForeignOriginTest extends ServerTest {
    private static final String SOCKET = "/api/claude/auth/socket";

    /** Name; Host; header lines, separated by {@code |}; words that the sentence contains, separated likewise. */
    private static final List<String> CASES = List.of(
            "the inner proxy says http;         bridge.example.org; Origin: https://bridge.example.org|X-Forwarded-Proto: http; X-Forwarded-Proto says \"http\"|over https",
            "both proxies say it;               bridge.example.org; Origin: https://bridge.example.org|X-Forwarded-For: 203.0.113.7|X-Forwarded-Proto: https, http; X-Forwarded-Proto says \"https, http\"|append to X-Forwarded-For",
            "the one before is not trusted;     bridge.example.org; Origin: https://bridge.example.org|X-Forwarded-For: 203.0.113.7, 10.0.0.2|X-Forwarded-Proto: https, http; X-Forwarded-Proto says \"https, http\"|in CLAUDE_AUTH_TRUSTED_PROXIES",
            "in two lines;                      bridge.example.org; Origin: https://bridge.example.org|X-Forwarded-Proto: https|X-Forwarded-Proto: http; X-Forwarded-Proto says \"https, http\"",
            "a scheme that is none;             bridge.example.org; Origin: https://bridge.example.org|X-Forwarded-Proto: <b>; X-Forwarded-Proto says \"something else\"",
            "no proxy says it;                  bridge.example.org; Origin: https://bridge.example.org; no proxy says so|X-Forwarded-Proto: https",
            "only Forwarded;                    bridge.example.org; Origin: https://bridge.example.org|Forwarded: proto=https; no proxy says so|Forwarded is not read",
            "https, and another port;           bridge.example.org:8443; Origin: https://bridge.example.org:8443; X-Forwarded-Proto",
            "http behind a proxy that encrypts; bridge.example.org; Origin: http://bridge.example.org|X-Forwarded-Proto: https; Origin header says \"http://bridge.example.org\"|X-Forwarded-Proto says \"https\"",
            "Codespaces, its Host is local;     localhost:8765; Origin: http://localhost:8765|X-Forwarded-Proto: https|X-Forwarded-Host: x-8765.app.github.dev; Origin header says \"http://localhost:8765\"|X-Forwarded-Proto",
            "Codespaces, its Host is its name;  bridge.example.org; Origin: http://localhost:8765|X-Forwarded-Proto: https|Sec-Fetch-Site: same-origin; replaces Origin|http://localhost:8765",
            "the same as it names its host;     bridge.example.org; Origin: http://localhost:8765|X-Forwarded-Proto: https|X-Forwarded-Host: bridge.example.org; replaces Origin",
            "Host without its port;             bridge.example.org; Origin: https://bridge.example.org:8443|X-Forwarded-Proto: https; Host header says \"bridge.example.org\"|with its port",
            "Host with the port of the bridge;  bridge.example.org:8765; Origin: https://bridge.example.org|X-Forwarded-Proto: https; Host header says \"bridge.example.org:8765\"",
            "Host of the bridge itself;         127.0.0.1:8765; Origin: https://bridge.example.org|X-Forwarded-Proto: https; Host, which says \"127.0.0.1:8765\"|CLAUDE_AUTH_ORIGINS",
            "the same, as the browser tells;    127.0.0.1:8765; Origin: https://bridge.example.org|X-Forwarded-Proto: https|Sec-Fetch-Site: same-origin; A proxy replaces one of them",
            "the same, as the proxy tells;      127.0.0.1:8765; Origin: https://bridge.example.org|X-Forwarded-Proto: https|X-Forwarded-Host: bridge.example.org, inner; replaces Host",
            "localhost for 127.0.0.1;           127.0.0.1:8765; Origin: http://localhost:8765; \"http://localhost:8765\"|\"127.0.0.1:8765\"",
            "127.0.0.1 for ::1;                 [::1]:8765; Origin: http://127.0.0.1:8765; \"http://127.0.0.1:8765\"|\"[::1]:8765\"",
            "a sandboxed frame;                 bridge.example.org; Origin: null; sandboxed frame",
            "two Origins;                       bridge.example.org; Origin: https://evil.example|Origin: https://bridge.example.org; has 2 Origin headers",
            "an Origin that is none;            bridge.example.org; Origin: <script>; not the address of a page",
            "a page of another site;            bridge.example.org; Origin: https://evil.example|Sec-Fetch-Site: cross-site; Pages of this origin may not use this server|\"https://evil.example\"|CLAUDE_AUTH_ORIGINS");

    @Override
    protected RunningServer.Setting setting() {
        return trusting("127.0.0.1");
    }

    private static RunningServer.Setting trusting(String proxy) {
        return RunningServer.Setting.USUAL
                .withOrigins("https://app.example")
                .withTrustedProxies(new TrustedProxies(
                        List.of(TrustedProxies.Range.parse(proxy).orElseThrow())));
    }

    @TestFactory
    Stream<DynamicTest> namesTheHeaderThatIsWrong() {
        return CASES.stream()
                .map(row -> row.split("; +", 4))
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    try (SecretsGrep log = SecretsGrep.open()) {
                        JsonNode told = ask(row[1], row[2]);
                        assertTold(told, row[3]);
                        server.timers.turn(Duration.ofMinutes(1));
                        String detail = told.path("detail").asText();
                        assertTrue(
                                log.log().stream().anyMatch(line -> line.contains(detail)),
                                () -> "not logged: " + detail);
                    }
                }));
    }

    private JsonNode ask(String host, String headers) throws Exception {
        return ProxiedRequest.post(server.port, SOCKET, host, headers.replace("|", "\r\n") + "\r\n");
    }

    private static void assertTold(JsonNode told, String words) {
        assertEquals(403, told.path("status").asInt(), told.toString());
        assertEquals("unauthorized", told.path("reason").asText());
        for (String word : words.split("\\|")) {
            assertTrue(told.path("detail").asText().contains(word), told.toString());
        }
        assertFalse(told.toString().contains("<"), "repeats what is in a header");
    }

    @Test
    void namesTheSettingThatIsMissing() throws Exception {
        String headers = "Origin: https://bridge.example.org|X-Forwarded-Proto: https";
        startAnew(RunningServer.Setting.USUAL);
        assertTold(ask("bridge.example.org", headers), "CLAUDE_AUTH_BEHIND_PROXY=true|X-Forwarded-Proto: https");
        startAnew(trusting("10.0.0.9"));
        assertTold(ask("bridge.example.org", headers), "CLAUDE_AUTH_TRUSTED_PROXIES");
    }

    /** A page asks at the address of its socket; what is refused there, is refused to the other requests for the same reason. */
    @Test
    void isToldByEachRequestThatIsRefused() throws Exception {
        String headers = "Origin: https://bridge.example.org|X-Forwarded-Proto: http";
        String detail = ask("bridge.example.org", headers).path("detail").asText();
        String lines = headers.replace("|", "\r\n") + "\r\n";
        for (String path : List.of("/api/session", "/d/forged", "/d" + SOCKET, "/go/forged")) {
            assertEquals(
                    detail,
                    ProxiedRequest.post(server.port, path, "bridge.example.org", lines)
                            .path("detail")
                            .asText(),
                    path);
        }
        // What is in order is only told that this is the address of a WebSocket.
        for (String origin : List.of("https://bridge.example.org", "https://app.example")) {
            assertEquals(
                    426,
                    ask("bridge.example.org", "Origin: " + origin + "|X-Forwarded-Proto: https")
                            .path("status")
                            .asInt());
        }
        assertEquals(
                426,
                ask("bridge.example.org", "X-Forwarded-Proto: https")
                        .path("status")
                        .asInt());
    }

    @Test
    void aSessionIsToldThatAProxyRemovesTheOrigin() throws Exception {
        String cookie = server.openSession(RunningServer.KEY);
        JsonNode told = ask("127.0.0.1:" + server.port, "Cookie: " + cookie);
        assertEquals(401, told.path("status").asInt(), told.toString());
        assertTrue(told.path("detail").asText().contains("headers Origin and Sec-Fetch-Site"), told.toString());
        assertEquals(
                told.path("detail"),
                RunningServer.json(server.get("/api/claude/auth", "Cookie", cookie))
                        .path("detail"));
    }
}
