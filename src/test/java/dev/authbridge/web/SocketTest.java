package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.login.Reason;
import dev.authbridge.support.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketTest {
    @TempDir
    private Path folder;

    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer(folder);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static String withKey(String key) {
        return "{\"key\":\"" + key + "\"}";
    }

    private static String code(String code) {
        return "{\"code\":\"" + code + "\"}";
    }

    @Test
    void aLoginGoesFromStartToComplete() throws Exception {
        try (SocketClient page = server.connect()) {
            page.say("start", withKey(KEY));
            JsonNode starting = page.next("status");
            assertEquals("starting", starting.path("state").asText());
            server.setupToken.last().showsUrl(STATE);
            JsonNode url = page.next("url");
            assertTrue(url.path("url").asText().startsWith("https://claude.com/cai/oauth/authorize?"));
            assertFalse(url.path("instructions").asText().isEmpty());
            assertEquals(starting.path("loginId"), url.path("loginId"));
            assertEquals("2026-11-22T12:10:00Z", url.path("expiresAt").asText());
            assertEquals("127.0.0.1", url.path("startedBy").path("address").asText());
            assertTrue(url.path("seq").asLong() > starting.path("seq").asLong());

            page.say("code", "{\"key\":\"" + KEY + "\",\"code\":\"" + CODE + "\"}");
            assertEquals("verifying", page.next("status").path("state").asText());
            assertEquals(1, server.setupToken.last().submitted().size());
            server.setupToken.last().showsToken(TOKEN);
            JsonNode complete = page.until("complete");
            assertTrue(complete.path("success").asBoolean());
            assertEquals(
                    "oauth_token", complete.path("credential").path("method").asText());
            assertFalse(complete.path("credential").path("fingerprint").asText().isEmpty());
            assertFalse(complete.path("credential").path("expiresAt").asText().isEmpty());
            assertFalse(complete.toString().contains(TOKEN));

            JsonNode status = page.status();
            assertEquals("signed_in", status.path("state").asText());
            assertEquals(
                    complete.path("credential").path("fingerprint"),
                    status.path("credential").path("fingerprint"));
        }
    }

    @Test
    void everyDeadlineComesWithTheServersTimeSoThatAWrongClockShowsTheRightOne() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.say("start", "{}");
            assertEquals("2026-11-22T12:00:00Z", page.next("status").path("now").asText());
            server.timers.turn(Duration.ofSeconds(20));
            server.setupToken.last().showsUrl(STATE);
            assertEquals("2026-11-22T12:00:20Z", page.next("url").path("now").asText());
            server.timers.turn(Duration.ofSeconds(10));
            JsonNode status = page.status();
            assertEquals("2026-11-22T12:10:20Z", status.path("expiresAt").asText());
            assertEquals("2026-11-22T12:00:30Z", status.path("now").asText());
            assertEquals("2026-11-22T12:00:30Z", page.next("url").path("now").asText());
            page.say("code", code(CODE));
            JsonNode verifying = page.next("status");
            assertFalse(verifying.has("expiresAt") || verifying.has("now"), verifying.toString());
        }
    }

    @Test
    void aRefusedCodeIsToldAndTheNextUrlStillSaysWhy() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.say("start", "{}");
            page.next("status");
            server.setupToken.last().showsUrl(STATE);
            page.until("url");
            page.say("code", code(CODE));
            page.next("status");
            server.setupToken.last().refuses(Reason.CODE_REJECTED);
            JsonNode error = page.next("error");
            assertEquals("code_rejected", error.path("reason").asText());
            assertFalse(error.path("success").asBoolean(true));
            assertTrue(error.path("retryable").asBoolean());
            server.setupToken.last().showsUrl(STATE);
            assertEquals(
                    "code_rejected",
                    page.next("url").path("problem").path("reason").asText());
        }
    }

    @Test
    void aFailedLoginSaysWhyToWhoComesLater() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.say("start", "{}");
            page.next("status");
            server.setupToken.last().fails(Reason.NETWORK);
            assertEquals("network", page.next("error").path("reason").asText());
        }
        try (SocketClient later = server.connectAs(KEY)) {
            assertEquals("signed_out", later.status().path("state").asText());
            assertEquals("network", later.until("error").path("reason").asText());
        }
    }

    @Test
    void severalTabsSeeOneLogin() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            one.say("start", "{}");
            assertEquals("starting", one.next("status").path("state").asText());
            assertEquals("starting", two.next("status").path("state").asText());
            server.setupToken.last().showsUrl(STATE);
            JsonNode url = one.next("url");
            assertEquals(url, two.next("url"));
            two.say("start", "{}");
            assertEquals("awaiting_code", two.next("status").path("state").asText());
            assertEquals(url, two.next("url"));
            assertEquals(1, server.setupToken.programs().size());
            assertEquals("awaiting_code", one.nothingButStatus().path("state").asText());
        }
    }

    @Test
    void theSameCodeFromTwoTabsIsSubmittedOnce() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            one.say("start", "{}");
            one.next("status");
            server.setupToken.last().showsUrl(STATE);
            one.until("url");
            one.say("code", code(CODE));
            two.say("code", code(CODE));
            two.status();
            one.status();
            assertEquals(1, server.setupToken.last().submitted().size());
        }
    }

    @Test
    void whoReconnectsGetsTheLastState() throws Exception {
        JsonNode before;
        try (SocketClient page = server.connectAs(KEY)) {
            page.say("start", "{}");
            page.next("status");
            server.setupToken.last().showsUrl(STATE);
            before = page.until("url");
        }
        try (SocketClient back = server.connectAs(KEY)) {
            JsonNode status = back.status();
            assertEquals("awaiting_code", status.path("state").asText());
            assertEquals(before.path("loginId"), status.path("loginId"));
            assertEquals(before, back.next("url"));
        }
        assertFalse(server.setupToken.last().ended());
    }

    @Test
    void anotherOwnerSeesNothingOfIt() throws Exception {
        try (SocketClient anna = server.connectAs(KEY);
                SocketClient ben = server.connectAs(OTHER_KEY)) {
            anna.say("start", "{}");
            anna.next("status");
            server.setupToken.last().showsUrl(STATE);
            anna.next("url");
            assertEquals("signed_out", ben.nothingButStatus().path("state").asText());
            ben.say("code", code(CODE));
            assertEquals("timed_out", ben.next("error").path("reason").asText());
            assertTrue(server.setupToken.last().submitted().isEmpty());
        }
    }

    @Test
    void cancelEndsTheLoginForAllTabs() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            one.say("start", "{}");
            one.next("status");
            two.next("status");
            two.say("cancel", "{}");
            assertEquals("cancelled", one.next("error").path("reason").asText());
            assertEquals("cancelled", two.next("error").path("reason").asText());
            assertTrue(server.setupToken.last().ended());
            two.say("cancel", "{}");
            assertEquals("signed_out", two.next("status").path("state").asText());
        }
    }

    @Test
    void aProblemWithOnesOwnMessageIsToldToNobodyElseAndChangesNothing() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            one.say("start", "{}");
            one.next("status");
            server.setupToken.last().showsUrl(STATE);
            one.until("url");
            two.until("url");
            one.say("code", code("half-a-code"));
            assertEquals("code_incomplete", one.next("error").path("reason").asText());
            one.say("code", code("cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#anotherStateAltogether99"));
            assertEquals("code_stale", one.next("error").path("reason").asText());
            one.say("code", "{}");
            assertEquals("bad_message", one.next("error").path("reason").asText());
            one.say("status", withKey("a-wrong-key-a-wrong-key"));
            assertEquals("unauthorized", one.next("error").path("reason").asText());
            assertEquals("awaiting_code", two.nothingButStatus().path("state").asText());
            assertEquals("awaiting_code", one.nothingButStatus().path("state").asText());
        }
    }

    @Test
    void withoutAKeyNothingIsToldAndNothingStarts() throws Exception {
        try (SocketClient page = server.connect()) {
            page.say("start", "{}");
            assertEquals("unauthorized", page.next("error").path("reason").asText());
            page.say("start", withKey("a-wrong-key-a-wrong-key"));
            assertEquals("unauthorized", page.next("error").path("reason").asText());
            page.say("start", withKey(READER_KEY));
            assertEquals("unauthorized", page.next("error").path("reason").asText());
            assertTrue(server.setupToken.programs().isEmpty());
            page.say("status", withKey(KEY));
            assertEquals("signed_out", page.next("status").path("state").asText());
        }
    }

    @Test
    void messagesAreAnsweredInOrder() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            for (int turn = 0; turn < 20; turn++) {
                page.say("status", "{}");
                page.say("nonsense", "{}");
            }
            for (int turn = 0; turn < 20; turn++) {
                page.next("status");
                assertEquals("bad_message", page.next("error").path("reason").asText());
            }
        }
    }

    @Test
    void aWrongKeyIsRefusedForAWhileAfterTooMany() throws Exception {
        try (SocketClient page = server.connect();
                SocketClient known = server.connectAs(KEY)) {
            for (int turn = 0; turn < 10; turn++) {
                page.say("status", withKey("wrong-key-wrong-key-" + turn));
                assertEquals("unauthorized", page.next("error").path("reason").asText());
            }
            page.say("status", withKey(KEY));
            assertEquals("rate_limited", page.next("error").path("reason").asText());
            assertEquals("signed_out", known.status().path("state").asText());
            server.timers.turn(Duration.ofSeconds(15));
            page.say("status", withKey(KEY));
            assertEquals("signed_out", page.until("status").path("state").asText());
        }
    }

    @Test
    void loginsAndCodesAreLimitedByOwner() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            for (int turn = 0; turn < 10; turn++) {
                page.say("start", "{}");
                page.until("status");
                page.say("cancel", "{}");
                page.until("error");
            }
            page.say("start", "{}");
            assertEquals("rate_limited", page.next("error").path("reason").asText());
            assertEquals(10, server.setupToken.programs().size());
            server.timers.turn(Duration.ofSeconds(20));
            page.say("start", "{}");
            assertEquals("starting", page.until("status").path("state").asText());
            server.setupToken.last().showsUrl(STATE);
            page.until("url");
            for (int turn = 0; turn < 10; turn++) {
                page.say("code", code("cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#anotherStateAltogether99"));
                assertEquals("code_stale", page.next("error").path("reason").asText());
            }
            page.say("code", code(CODE));
            assertEquals("rate_limited", page.next("error").path("reason").asText());
        }
    }

    @Test
    void eachStatusHasALinkOfItsOwn() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            String first = page.status().path("link").asText();
            String second = page.status().path("link").asText();
            assertTrue(first.matches("/go/[A-Za-z0-9_-]{32}"), first);
            assertNotEquals(first, second);
        }
    }

    @Test
    void anOpenPageGetsAFreshLinkBeforeTheOldOneIsTooOld() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            String first = page.status().path("link").asText();
            for (int turn = 0; turn < 23; turn++) {
                server.timers.turn(Duration.ofSeconds(20));
                page.status();
            }
            server.timers.turn(Duration.ofSeconds(20));
            assertNotEquals(first, page.next("status").path("link").asText());
        }
    }

    @Test
    void aSilentSocketIsClosedAndALivingOneIsNot() throws Exception {
        try (RawSocket silent = RawSocket.open(server.port, KEY);
                SocketClient living = server.connectAs(KEY)) {
            living.status();
            Eventually.waitUntil(Duration.ofSeconds(5), () -> openSockets() == 2, () -> "two sockets are not open");
            server.timers.turn(Duration.ofSeconds(20));
            assertEquals(RawSocket.PING, silent.next().opcode());
            living.status();
            server.timers.turn(Duration.ofSeconds(20));
            living.status();
            server.timers.turn(Duration.ofSeconds(20));
            Eventually.waitUntil(Duration.ofSeconds(5), () -> openSockets() == 1, () -> "the silent one is still open");
            assertEquals("signed_out", living.status().path("state").asText());
        }
    }

    @Test
    void aSocketThatNeverSaysWhoItIsIsClosed() throws Exception {
        try (SocketClient page = server.connect()) {
            page.say("status", "{}");
            page.next("error");
            server.timers.turn(Duration.ofSeconds(40));
            page.say("status", "{}");
            page.next("error");
            server.timers.turn(Duration.ofSeconds(20));
            assertEquals(1008, page.closeCode());
        }
    }

    @Test
    void aClientThatDoesNotReadIsDropped() throws Exception {
        try (RawSocket slow = RawSocket.open(server.port, KEY)) {
            String ask = "{\"event\":\"claude.auth.status\",\"data\":{}}";
            assertTrue(slow.sendUntilRefused(ask, 200_000), "the server went on for ever");
            Eventually.waitUntil(Duration.ofSeconds(10), () -> openSockets() == 0, () -> "it is still open");
            assertTrue(server.get("/metrics").body().contains("claude_auth_sockets_dropped_total{cause=\"slow\"} 1.0"));
        }
    }

    @Test
    void noMoreSocketsAreOpenedThanMayBe() throws Exception {
        server.close();
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withMostSockets(1));
        try (SocketClient page = server.connectAs(KEY)) {
            assertEquals(503, RawSocket.refusal(server.port, KEY));
            page.status();
        }
    }

    private long openSockets() {
        try {
            return server.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("claude_auth_open_sockets "))
                    .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
                    .findFirst()
                    .orElseThrow();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
