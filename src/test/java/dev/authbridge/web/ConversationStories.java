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
import dev.authbridge.core.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a client is told and may do, whatever its wire and wherever its login runs: {@link SocketTest} runs these tests over a real
 * WebSocket with local logins, the other subclasses over a second kind of wire, and with logins that answer later.
 */
abstract class ConversationStories extends ServerTest {

    private static String withKey(String key) {
        return "{\"key\":\"" + key + "\"}";
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
            assertEquals("verifying", page.nextState());
            assertEquals(
                    1, server.onLoop(() -> server.setupToken.last().submitted().size()));
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
    void everyDeadlineComesWithTheServersTimeForClientsWithAWrongClock() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            assertEquals("2026-11-22T12:00:00Z", page.next("status").path("now").asText());
            server.timers.turn(Duration.ofSeconds(20));
            server.setupToken.last().showsUrl(STATE);
            assertEquals("2026-11-22T12:00:20Z", page.next("url").path("now").asText());
            server.timers.turn(Duration.ofSeconds(10));
            JsonNode status = page.status();
            assertEquals("2026-11-22T12:10:20Z", status.path("expiresAt").asText());
            assertEquals("2026-11-22T12:00:30Z", status.path("now").asText());
            assertEquals("2026-11-22T12:00:30Z", page.next("url").path("now").asText());
            page.submit(CODE);
            JsonNode verifying = page.next("status");
            assertFalse(verifying.has("expiresAt") || verifying.has("now"), verifying.toString());
        }
    }

    @Test
    void aRejectedCodeIsReportedAndTheNextUrlStillSaysWhy() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
            page.submit(CODE);
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
    void thatAnotherProcessTookOverIsSaidWithItsUrl() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
            page.submit(CODE);
            page.next("status");
            server.setupToken.last().refuses(Reason.CODE_REJECTED);
            String login = page.next("error").path("loginId").asText();
            server.setupToken.last().startsAnew();
            assertEquals("starting", page.nextState());
            server.setupToken.last().showsUrl("stateOfTheSecondProcess");
            JsonNode url = page.next("url");
            assertTrue(url.path("restarted").asBoolean(), url.toString());
            assertEquals("code_rejected", url.path("problem").path("reason").asText());
            assertEquals(login, url.path("loginId").asText());
            page.submit(CODE);
            assertEquals("code_stale", page.nextReason());
        }
    }

    @Test
    void aClientThatConnectsLaterLearnsWhyALoginFailed() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            page.next("status");
            server.setupToken.last().fails(Reason.NETWORK);
            assertEquals("network", page.nextReason());
        }
        try (SocketClient later = server.connectAs(KEY)) {
            assertEquals("signed_out", later.state());
            assertEquals("network", later.until("error").path("reason").asText());
        }
    }

    @Test
    void severalTabsSeeOneLogin() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            one.start();
            assertEquals("starting", one.nextState());
            assertEquals("starting", two.nextState());
            server.setupToken.last().showsUrl(STATE);
            JsonNode url = one.next("url");
            assertEquals(url, two.next("url"));
            two.start();
            assertEquals("awaiting_code", two.nextState());
            assertEquals(url, two.next("url"));
            assertEquals(1, server.setupToken.programs().size());
            assertEquals("awaiting_code", one.nothingButStatus().path("state").asText());
        }
    }

    @Test
    void theSameCodeFromTwoTabsIsSubmittedOnce() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            server.startToPrompt(one);
            one.submit(CODE);
            two.submit(CODE);
            two.status();
            one.status();
            assertEquals(
                    1, server.onLoop(() -> server.setupToken.last().submitted().size()));
        }
    }

    @Test
    void aClientThatReconnectsGetsTheLastState() throws Exception {
        JsonNode before;
        try (SocketClient page = server.connectAs(KEY)) {
            before = server.startToPrompt(page);
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
    void anotherOwnerDoesNotSeeTheLogin() throws Exception {
        try (SocketClient anna = server.connectAs(KEY);
                SocketClient ben = server.connectAs(OTHER_KEY)) {
            server.startToPrompt(anna);
            assertEquals("signed_out", ben.nothingButStatus().path("state").asText());
            ben.submit(CODE);
            assertEquals("timed_out", ben.nextReason());
            assertTrue(server.setupToken.last().submitted().isEmpty());
        }
    }

    @Test
    void cancelEndsTheLoginForAllTabs() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            one.start();
            one.next("status");
            two.next("status");
            two.cancel();
            assertEquals("cancelled", one.nextReason());
            assertEquals("cancelled", two.nextReason());
            assertTrue(server.setupToken.last().ended());
            two.cancel();
            assertEquals("signed_out", two.nextState());
        }
    }

    @Test
    void anInvalidMessageIsAnsweredToItsSenderOnlyAndChangesNothing() throws Exception {
        try (SocketClient one = server.connectAs(KEY);
                SocketClient two = server.connectAs(KEY)) {
            server.startToPrompt(one);
            two.until("url");
            one.submit("half-a-code");
            assertEquals("code_incomplete", one.nextReason());
            one.submit("cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#anotherStateAltogether99");
            assertEquals("code_stale", one.nextReason());
            one.say("code", "{}");
            assertEquals("bad_message", one.nextReason());
            one.say("status", withKey("a-wrong-key-a-wrong-key"));
            assertEquals("unauthorized", one.nextReason());
            assertEquals("awaiting_code", two.nothingButStatus().path("state").asText());
            assertEquals("awaiting_code", one.nothingButStatus().path("state").asText());
        }
    }

    @Test
    void withoutAKeyNothingIsRevealedAndNothingStarts() throws Exception {
        try (SocketClient page = server.connect()) {
            page.start();
            assertEquals("unauthorized", page.nextReason());
            page.say("start", withKey("a-wrong-key-a-wrong-key"));
            assertEquals("unauthorized", page.nextReason());
            page.say("start", withKey(READER_KEY));
            assertEquals("unauthorized", page.nextReason());
            assertTrue(server.setupToken.programs().isEmpty());
            page.say("status", withKey(KEY));
            assertEquals("signed_out", page.nextState());
        }
    }

    @Test
    void aKeyThatMayOnlyReadTheCredentialHearsNothing() throws Exception {
        try (SocketClient sandbox = server.connect();
                SocketClient page = server.connectAs(KEY)) {
            for (String event : List.of("start", "status", "cancel")) {
                sandbox.say(event, withKey(READER_KEY));
                JsonNode refused = sandbox.next("error");
                assertEquals("unauthorized", refused.path("reason").asText());
                assertTrue(refused.path("error").asText().contains("scope login"), refused.toString());
            }
            server.startToPrompt(page);
            server.signIn();
            page.until("status");
            sandbox.say("status", "{}");
            assertEquals("unauthorized", sandbox.nextReason());
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
                assertEquals("bad_message", page.nextReason());
            }
        }
    }

    @Test
    void wrongKeysAreSlowedDownAndTheRightOneIsAlwaysAccepted() throws Exception {
        try (SocketClient page = server.connect();
                SocketClient known = server.connectAs(KEY)) {
            for (int turn = 0; turn < 10; turn++) {
                page.say("status", withKey("wrong-key-wrong-key-" + turn));
                assertEquals("unauthorized", page.nextReason());
            }
            page.say("status", withKey("wrong-key-wrong-key"));
            assertEquals("rate_limited", page.nextReason());
            assertEquals("signed_out", known.state());
            page.say("status", withKey(KEY));
            assertEquals("signed_out", page.until("status").path("state").asText());
            page.say("status", withKey("wrong-key-wrong-key"));
            assertEquals("rate_limited", page.nextReason());
            server.timers.turn(Duration.ofSeconds(15));
            page.say("status", withKey("wrong-key-wrong-key"));
            assertEquals("unauthorized", page.nextReason());
        }
    }

    @Test
    void loginsAndCodesAreLimitedByOwner() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            for (int turn = 0; turn < 10; turn++) {
                page.start();
                page.until("status");
                page.cancel();
                page.until("error");
            }
            page.start();
            assertEquals("rate_limited", page.nextReason());
            assertEquals(10, server.setupToken.programs().size());
            server.timers.turn(Duration.ofSeconds(20));
            page.start();
            assertEquals("starting", page.until("status").path("state").asText());
            server.setupToken.last().showsUrl(STATE);
            page.until("url");
            for (int turn = 0; turn < 10; turn++) {
                page.submit("cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#anotherStateAltogether99");
                assertEquals("code_stale", page.nextReason());
            }
            page.submit(CODE);
            assertEquals("rate_limited", page.nextReason());
        }
    }

    @Test
    void eachStatusHasItsOwnLink() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            String first = page.status().path("link").asText();
            String second = page.status().path("link").asText();
            assertTrue(first.matches("/go/[A-Za-z0-9_-]{32}"), first);
            assertNotEquals(first, second);
        }
    }

    @Test
    void anOpenPageGetsANewLinkBeforeTheOldOneExpires() throws Exception {
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
}
