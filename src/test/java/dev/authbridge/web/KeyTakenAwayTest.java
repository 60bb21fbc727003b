package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.ANNA;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.support.Eventually;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is removed from the keys file while its bearer is connected; the server has read the file, but told nobody yet. */
class KeyTakenAwayTest {
    private static final String OTHERS = line("ben", RunningServer.OTHER_KEY);

    @TempDir
    private Path folder;

    private Path file;
    private AccessKeys keys;
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(folder.resolve("keys"), OTHERS + line("anna", KEY));
        keys = new AccessKeys(List.of(), Optional.of(file));
        server = new RunningServer(folder.resolve("data"), RunningServer.Setting.USUAL, keys);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String line(String owner, String key) {
        return owner + ":" + AccessKey.of(ANNA, key, Set.of()).sha256() + ":login\n";
    }

    private void takeAway() throws Exception {
        Files.writeString(file, OTHERS);
        assertEquals(true, keys.reload());
    }

    private static void assertHearsNothingMore(SocketClient page) throws Exception {
        page.say("status", "{}");
        assertEquals(
                "Say who you are first: an access key is needed.",
                page.next("error").path("error").asText());
    }

    @Test
    void aChangeOfItsLoginIsNotSent() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            page.next("status");
            takeAway();
            server.setupToken.last().showsUrl(STATE);
            JsonNode over = page.next("error");
            assertEquals("unauthorized", over.path("reason").asText());
            assertFalse(over.has("loginId") || over.has("state"), over.toString());
            assertHearsNothingMore(page);
        }
    }

    @Test
    void aChangeOfItsCredentialIsNotSent() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.status();
            takeAway();
            server.signIn();
            assertEquals("unauthorized", page.next("error").path("reason").asText());
            assertHearsNothingMore(page);
        }
    }

    @Test
    void itsNextMessageIsRefusedAndRevealsNothing() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.status();
            takeAway();
            page.say("status", "{}");
            JsonNode over = page.next("error");
            assertEquals("unauthorized", over.path("reason").asText());
            assertFalse(over.has("loginId") || over.has("state"), over.toString());
        }
    }

    @Test
    void aRequestThatWaitsForTheUrlEndsWithoutIt() throws Exception {
        String link = json(server.get("/api/claude/auth", "Authorization", "Bearer " + KEY))
                .path("link")
                .asText();
        Matcher wait = Pattern.compile("data-wait=\"([\\w-]{32})\"")
                .matcher(server.get(link).body());
        assertEquals(true, wait.find());
        int before = server.onLoop(server.timers::count);
        CompletableFuture<HttpResponse<String>> waiting = server.sendAsync("POST", "/go/" + wait.group(1));
        Eventually.waitUntil(Duration.ofSeconds(20), () -> timers() > before, () -> "nobody waits");
        takeAway();
        server.setupToken.last().showsUrl(STATE);
        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertEquals(410, answer.statusCode());
        assertFalse(json(answer).has("url"), answer.body());
    }

    @Test
    void anAnswerThatItsBearerWaitedForIsNotGiven() throws Exception {
        server.signIn();
        server.whenAsked = () -> {
            try {
                takeAway();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        HttpResponse<String> answer =
                server.send("POST", "/api/claude/auth/validate", null, "Authorization", "Bearer " + KEY);
        assertEquals(401, answer.statusCode());
        assertEquals("unauthorized", json(answer).path("reason").asText());
        assertFalse(json(answer).has("credential"), answer.body());
    }

    private int timers() {
        try {
            return server.onLoop(server.timers::count);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
