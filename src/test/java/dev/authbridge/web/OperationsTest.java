package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static dev.authbridge.web.RunningServer.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.FileVault;
import dev.authbridge.login.AccessToken;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Reason;
import dev.authbridge.support.Eventually;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest extends ServerTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/healthz",
                "/readyz",
                "/metrics",
                "/api/claude/auth",
                "/go/x",
                "/nothing",
                "/claude-login/go.js"
            })
    void everyAnswerForbidsTheBrowserWhatItDoesNotNeed(String path) throws Exception {
        var headers = server.get(path).headers();
        String policy = headers.firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
        assertTrue(policy.endsWith("frame-ancestors 'self'"), policy);
        assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElse(""));
        assertEquals("no-referrer", headers.firstValue("Referrer-Policy").orElse(""));
        assertTrue(headers.firstValue("Permissions-Policy").isPresent());
        assertFalse(headers.firstValue("Cache-Control").orElse("").isEmpty());
        assertEquals(Optional.empty(), headers.firstValue("Server"));
    }

    @Test
    void pagesOfConfiguredOriginsMayHoldThePageInAFrame() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withOrigins("https://app.example"));
        assertTrue(server.get("/")
                .headers()
                .firstValue("Content-Security-Policy")
                .orElse("")
                .endsWith("frame-ancestors 'self' https://app.example"));
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() throws Exception {
        HttpResponse<String> first = server.get("/claude-login/go.js");
        assertEquals("no-cache", first.headers().firstValue("Cache-Control").orElse(""));
        assertEquals(
                "*", first.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertEquals(
                "cross-origin",
                first.headers().firstValue("Cross-Origin-Resource-Policy").orElse(""));
        String etag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = server.get("/claude-login/go.js", "If-None-Match", etag);
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        assertEquals(
                200,
                server.get("/claude-login/go.js", "If-None-Match", "\"other\"").statusCode());
    }

    @Test
    void readinessNamesEachFaultAndComesBack() throws Exception {
        assertEquals(200, server.get("/readyz").statusCode());
        server.fault = Optional.of("Mend this.");
        HttpResponse<String> no = server.get("/readyz");
        assertEquals(503, no.statusCode());
        assertFalse(json(no).path("ready").asBoolean(true));
        assertEquals("Mend this.", json(no).path("checks").path(0).path("error").asText());
        assertEquals(200, server.get("/healthz").statusCode());
        server.fault = Optional.empty();
        assertEquals(200, server.get("/readyz").statusCode());
    }

    @Test
    void readinessTellsWhatPassesByItselfFromWhatSomebodyHasToMend() throws Exception {
        server.notYet = Optional.of("Wait.");
        JsonNode waiting = json(server.get("/readyz"));
        assertFalse(waiting.path("ready").asBoolean(true));
        assertFalse(waiting.path("checks").path(0).has("pending"));
        assertEquals("Wait.", waiting.path("checks").path(1).path("error").asText());
        assertTrue(waiting.path("checks").path(1).path("pending").asBoolean());
        server.fault = Optional.of("Mend this.");
        HttpResponse<String> broken = server.get("/readyz");
        assertEquals(503, broken.statusCode());
        assertFalse(json(broken).path("checks").path(0).path("pending").asBoolean(true));
    }

    @Test
    void readinessNamesWhoAdministersTheServer() throws Exception {
        assertFalse(json(server.get("/readyz")).has("contact"));
        startAnew(RunningServer.Setting.USUAL.withContact("Ops, ops@example.org"));
        assertEquals(
                "Ops, ops@example.org",
                json(server.get("/readyz")).path("contact").asText());
    }

    @Test
    void pagesOfConfiguredOriginsMayReadWhatIsToBeMended() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withOrigins("https://app.example"));
        server.fault = Optional.of("Mend this.");
        HttpResponse<String> further = server.get("/readyz", "Origin", "https://app.example");
        assertEquals(503, further.statusCode());
        assertEquals(Optional.of("https://app.example"), further.headers().firstValue("Access-Control-Allow-Origin"));
        assertEquals(Optional.of("Origin"), further.headers().firstValue("Vary"));
        assertEquals(
                Optional.empty(),
                server.get("/readyz", "Origin", "https://other.example")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"));
    }

    @Test
    void theMetricsCountWhatHappens() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            page.next("status");
            server.timers.turn(Duration.ofMillis(700));
            server.setupToken.last().showsUrl(STATE);
            page.next("url");
            page.submit(RunningServer.CODE);
            page.next("status");
            server.setupToken.last().refuses(Reason.CODE_REJECTED);
            page.next("error");
            server.setupToken.last().showsUrl(STATE);
            page.next("url");
            page.submit(RunningServer.CODE);
            page.next("status");
            server.setupToken.last().showsToken(TOKEN);
            page.until("complete");
            page.start();
            page.until("status");
            server.setupToken.last().fails(Reason.NETWORK);
            page.until("error");
            page.say("status", "{\"key\":\"wrong-wrong-wrong-wrong\"}");
            page.until("error");
            Eventually.waitUntil(
                    Duration.ofSeconds(5),
                    () -> metrics().contains("claude_auth_credential_valid{owner=\"anna\"} 1.0"),
                    this::metrics);
            String metrics = metrics();
            for (String line : List.of(
                    "claude_auth_logins_ended_total{outcome=\"complete\"} 1.0",
                    "claude_auth_logins_ended_total{outcome=\"network\"} 1.0",
                    "claude_auth_codes_refused_total{reason=\"code_rejected\"} 1.0",
                    "claude_auth_keys_rejected_total 1.0",
                    "claude_auth_open_sockets 1.0",
                    "claude_auth_time_to_url_seconds_bucket{le=\"0.5\"} 0",
                    "claude_auth_time_to_url_seconds_bucket{le=\"1.0\"} 1",
                    "claude_auth_credential_expires_timestamp_seconds{owner=\"anna\"} ")) {
                assertTrue(metrics.contains("\n" + line), line + " is missing in " + metrics);
            }
            assertFalse(metrics.contains(KEY) || metrics.contains(TOKEN));
        }
    }

    @Test
    void aCredentialThatEndsSoonIsInTheMetrics() throws Exception {
        Instant longAgo = Instant.now().minus(Credential.TOKEN_LIFETIME).plus(Duration.ofDays(5));
        FileVault.open(folder, Optional.empty())
                .keep(new Owner("anna"), Credential.of(new AccessToken(TOKEN), longAgo));
        assertEquals(
                200,
                server.send("POST", "/api/claude/auth/validate", null, "Authorization", "Bearer " + KEY)
                        .statusCode());
        Eventually.waitUntil(
                Duration.ofSeconds(5),
                () -> metrics().contains("claude_auth_credential_warning_days{owner=\"anna\"} 7.0"),
                this::metrics);
    }

    private String metrics() {
        try {
            return server.get("/metrics").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void stoppingSaysNoThenGoodbyeThenEndsTheLogins() throws Exception {
        try (SocketClient page = server.connectAs(KEY);
                SocketClient idle = server.connect()) {
            idle.say("status", "{}");
            idle.next("error");
            page.start();
            page.next("status");
            Future<Void> stopped = server.stop(Duration.ofMillis(500));
            Eventually.waitUntil(Duration.ofSeconds(5), () -> readiness() == 503, () -> "still ready while stopping");
            JsonNode goodbye = page.next("error");
            assertTrue(goodbye.path("retryable").asBoolean());
            assertEquals(1012, page.closeCode());
            idle.next("error");
            assertEquals(1012, idle.closeCode());
            RunningServer.await(stopped);
            assertTrue(server.setupToken.last().ended());
        }
    }

    private int readiness() {
        try {
            return server.get("/readyz").statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneProcessIsKeptWarmWhileSomebodySignedOutIsThere() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withLogins(true, 2, 1));
        try (SocketClient page = server.connectAs(KEY)) {
            page.status();
            assertEquals(1, server.setupToken.programs().size());
            server.setupToken.last().showsUrl(STATE);
            page.status();
            page.start();
            assertFalse(page.next("url").path("url").asText().isEmpty());
            page.cancel();
            page.until("error");
            page.status();
        }
        Eventually.waitUntil(Duration.ofSeconds(5), () -> openSockets() == 0, () -> "the socket is still open");
        assertFalse(server.setupToken.last().ended(), "cold at once, though the page may only reload");
        server.timers.turn(Duration.ofSeconds(30));
        assertTrue(server.setupToken.last().ended());
    }

    private long openSockets() {
        return metrics().lines().anyMatch("claude_auth_open_sockets 0.0"::equals) ? 0 : 1;
    }

    @Test
    void keysComeAndGoWithTheirFile() throws Exception {
        server.close();
        Path file = folder.resolve("keys");
        Files.writeString(file, line("anna", KEY, "login"));
        server = new RunningServer(folder, RunningServer.Setting.USUAL, new AccessKeys(List.of(), Optional.of(file)));
        try (SocketClient page = server.connectAs(KEY)) {
            page.status();
            Files.writeString(file, "nonsense\n");
            server.timers.turn(Duration.ofSeconds(2));
            page.status();
            Files.writeString(file, line("ben", OTHER_KEY, "login"));
            server.timers.turn(Duration.ofSeconds(2));
            Eventually.waitUntil(
                    Duration.ofSeconds(5), () -> status(OTHER_KEY) == 200, () -> "the new key is not known");
            assertEquals(401, status(KEY));
            assertEquals("unauthorized", page.until("error").path("reason").asText());
            page.start();
            assertEquals("unauthorized", page.nextReason());
        }
    }

    private int status(String key) {
        try {
            // The file is looked at every two seconds of the server's clock, and read on a worker.
            server.timers.turn(Duration.ofSeconds(2));
            return server.get("/api/claude/auth", "Authorization", "Bearer " + key)
                    .statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String line(String owner, String key, String scopes) {
        String sha256 = AccessKey.of(new dev.authbridge.login.Owner(owner), key, Set.of())
                .sha256();
        return owner + ":" + sha256 + ":" + scopes + "\n";
    }

    @Test
    void behindAProxyItsWordCountsAndOtherwiseNot() throws Exception {
        String[] headers = {"X-Forwarded-For", "6.6.6.6, 203.0.113.7", "X-Forwarded-Proto", "https"};
        String body = "{\"key\":\"" + KEY + "\"}";
        String plain = server.send("POST", "/api/session", body, headers)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        assertFalse(plain.contains("Secure"), plain);
        startAnew(RunningServer.Setting.USUAL.withProxy());
        String secure = server.send("POST", "/api/session", body, headers)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        assertTrue(secure.startsWith("__Host-claude-auth=") && secure.endsWith("; Secure"), secure);
        try (SocketClient page = server.connect(
                "Authorization",
                "Bearer " + KEY,
                "X-Forwarded-For",
                "6.6.6.6, 203.0.113.7",
                "X-Forwarded-Proto",
                "https",
                "Origin",
                "https://127.0.0.1:" + server.port)) {
            page.start();
            page.next("status");
            server.setupToken.last().showsUrl(STATE);
            assertEquals(
                    "203.0.113.7",
                    page.next("url").path("startedBy").path("address").asText());
        }
    }

    @Test
    void aConnectionTooManyIsClosedAtOnceAndTheOthersGoOn() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withMostConnections(2));
        try (Socket one = connection();
                Socket two = connection()) {
            assertTrue(alive(one) && alive(two));
            try (Socket three = connection()) {
                assertEquals(-1, three.getInputStream().read());
            }
            assertTrue(alive(one) && alive(two));
        }
        // Room again, once the server has seen that those are gone.
        Eventually.waitUntil(Duration.ofSeconds(5), this::canConnect, () -> "no room, though nobody is there");
        assertTrue(metrics().contains("claude_auth_sockets_dropped_total{cause=\"too_many_connections\"} "));
    }

    private Socket connection() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private boolean canConnect() {
        try (Socket socket = connection()) {
            return alive(socket);
        } catch (IOException e) {
            return false;
        }
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

    @Test
    void headersThatAreTooLongAreRefused() throws Exception {
        assertEquals(431, server.get("/healthz", "X-Long", "x".repeat(9_000)).statusCode());
        assertEquals(414, server.get("/" + "x".repeat(5_000)).statusCode());
    }
}
