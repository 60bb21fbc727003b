package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.support.Eventually;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperationsTest extends ServerTest {

    @Test
    void stoppingReportsNotReadyThenClosesSocketsThenEndsLogins() throws Exception {
        try (SocketClient page = server.connectAs(KEY);
                SocketClient idle = server.connect()) {
            idle.say("status", "{}");
            idle.next("error");
            page.start();
            page.next("status");
            Future<Void> stopped = server.stop(Duration.ofSeconds(1));
            assertEquals(503, server.get("/readyz").statusCode());
            server.timers.turn(Duration.ofSeconds(1));
            JsonNode goodbye = page.next("error");
            assertTrue(goodbye.path("retryable").asBoolean());
            assertEquals(1012, page.closeCode());
            idle.next("error");
            assertEquals(1012, idle.closeCode());
            RunningServer.await(stopped);
            assertTrue(server.setupToken.last().ended());
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
        Eventually.waitUntil(Duration.ofSeconds(20), () -> server.openSockets() == 0, () -> "the socket is still open");
        assertFalse(server.setupToken.last().ended(), "cold at once, though the page may only reload");
        server.timers.turn(Duration.ofSeconds(30));
        assertTrue(server.setupToken.last().ended());
    }

    @Test
    void keysFollowTheirFile() throws Exception {
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
                    Duration.ofSeconds(20), () -> status(OTHER_KEY) == 200, () -> "the new key is not known");
            assertEquals(401, status(KEY));
            assertEquals("unauthorized", page.until("error").path("reason").asText());
        }
        assertEquals(401, RawSocket.refusal(server.port, KEY));
    }

    private int status(String key) {
        try {
            // The server checks the file every two seconds of its clock, and reads it on a worker thread.
            server.timers.turn(Duration.ofSeconds(2));
            return server.get("/api/claude/auth", "Authorization", "Bearer " + key)
                    .statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String line(String owner, String key, String scopes) {
        String sha256 = AccessKey.of(new dev.authbridge.core.Owner(owner), key, Set.of())
                .sha256();
        return owner + ":" + sha256 + ":" + scopes + "\n";
    }

    @Test
    void forwardedHeadersCountOnlyBehindAProxy() throws Exception {
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
        assertTrue(secure.startsWith("__Host-claude-auth-0a1b2c3d=") && secure.endsWith("; Secure"), secure);
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
}
