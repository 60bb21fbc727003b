package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.core.Reason;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A client asks whether anything has changed since the {@code seq} that it knows. */
class HeartbeatTest extends ServerTest {
    private static final String READER = "Bearer " + READER_KEY;

    /** Here a client sends more messages than it may elsewhere. */
    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withMostMessages(Integer.MAX_VALUE - 1_000);
    }

    /** More than an owner may have sign-in links at once. */
    private static final int MANY = 17_000;

    /** Reads the whole state and what follows it, so that nothing else is in transit. */
    private static JsonNode whole(SocketClient page) throws Exception {
        JsonNode status = page.status();
        if (status.path("state").asText().equals("awaiting_code")) {
            page.next("url");
        }
        return status;
    }

    private static JsonNode ask(SocketClient page, long seq) throws Exception {
        page.say("status", "{\"seq\":" + seq + "}");
        return page.next("status");
    }

    private static JsonNode ask(SocketClient page, JsonNode known) throws Exception {
        return ask(page, known.path("seq").asLong());
    }

    private static void assertUnchanged(JsonNode known, JsonNode answer) {
        assertEquals("{\"unchanged\":true,\"seq\":" + known.path("seq") + "}", answer.toString());
    }

    /** @return that whole state */
    private static JsonNode assertWhole(JsonNode answer) {
        assertFalse(answer.has("unchanged"), answer.toString());
        assertTrue(answer.has("state"), answer.toString());
        return answer;
    }

    @Test
    void inEveryStateOfALoginTheAnswerIsBriefIfNothingHasChanged() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            JsonNode signedOut = whole(page);
            assertUnchanged(signedOut, ask(page, signedOut));
            assertUnchanged(signedOut, ask(page, signedOut));
            page.start();
            page.next("status");
            JsonNode starting = whole(page);
            assertUnchanged(starting, ask(page, starting));
            server.setupToken.last().showsUrl(STATE);
            page.next("url");
            JsonNode awaiting = whole(page);
            server.timers.turn(Duration.ofSeconds(20));
            assertUnchanged(awaiting, ask(page, awaiting));
            page.submit(CODE);
            page.next("status");
            JsonNode verifying = whole(page);
            assertUnchanged(verifying, ask(page, verifying));
        }
    }

    @Test
    void aBriefAnswerMakesNoSignInLinkAndReadsNoFile() throws Exception {
        server.signIn();
        try (SocketClient page = server.connectAs(KEY)) {
            JsonNode known = whole(page);
            Files.delete(folder.resolve("vault/anna.credential"));
            for (int turn = 0; turn < MANY; turn++) {
                page.say("status", "{\"seq\":" + known.path("seq") + "}");
            }
            for (int turn = 0; turn < MANY; turn++) {
                assertUnchanged(known, page.next("status"));
            }
            assertEquals(200, server.get(known.path("link").asText()).statusCode());
        }
    }

    @Test
    void aChangeIsReportedInFullAndTheNextAnswerIsBriefAgain() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            JsonNode signedOut = whole(page);
            page.start();
            JsonNode starting = page.next("status");
            server.setupToken.last().showsUrl(STATE);
            JsonNode url = page.next("url");
            JsonNode told = assertWhole(ask(page, url));
            assertEquals("awaiting_code", told.path("state").asText());
            assertEquals(url, page.next("url"));
            assertUnchanged(url, ask(page, url));
            for (JsonNode old : new JsonNode[] {signedOut, starting}) {
                assertWhole(ask(page, old));
                page.next("url");
            }
            assertWhole(ask(page, Long.MAX_VALUE));
        }
    }

    @Test
    void aChangeOutsideOfTheLoginIsReportedAlthoughTheSeqIsTheSame() throws Exception {
        server.signIn();
        try (SocketClient page = server.connectAs(KEY)) {
            JsonNode known = whole(page);
            assertUnchanged(known, ask(page, known));
            // Handing out the credential changes its last use, which is not reported to pages at once.
            assertEquals(
                    200,
                    server.get("/api/claude/auth/env", "Authorization", READER).statusCode());
            JsonNode used = assertWhole(ask(page, known));
            assertEquals(known.path("seq"), used.path("seq"));
            assertTrue(used.path("credential").has("lastUsed"), used.toString());
            assertUnchanged(known, ask(page, known));
            assertEquals(
                    200,
                    server.send(
                                    "POST",
                                    "/api/claude/auth/label",
                                    "{\"label\":\"mine\"}",
                                    "Authorization",
                                    "Bearer " + KEY)
                            .statusCode());
            assertEquals(
                    "mine", page.next("status").path("credential").path("label").asText());
            assertUnchanged(known, ask(page, known));
        }
    }

    @Test
    void aPageWhoseLinkWasUsedGetsAnotherOne() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
            JsonNode known = whole(page);
            String link = known.path("link").asText();
            assertUnchanged(known, ask(page, known));
            // It joins the open login, so nothing else changes.
            assertEquals(200, server.get(link).statusCode());
            String next = assertWhole(ask(page, known)).path("link").asText();
            assertNotEquals(link, next);
            page.next("url");
            assertEquals(200, server.get(next).statusCode());
        }
    }

    @Test
    void theLinkOfAPageThatGetsOnlyBriefAnswersDoesNotExpire() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            JsonNode known = whole(page);
            String link = known.path("link").asText();
            int fresh = 0;
            for (int turn = 0; turn < 60; turn++) {
                server.timers.turn(Duration.ofSeconds(20));
                page.say("status", "{\"seq\":" + known.path("seq") + "}");
                for (JsonNode told = page.next("status"); !told.has("unchanged"); told = page.next("status")) {
                    assertNotEquals(link, told.path("link").asText());
                    link = told.path("link").asText();
                    fresh++;
                }
            }
            assertEquals(2, fresh, "in twenty minutes");
            assertEquals(200, server.get(link).statusCode());
        }
    }

    @Test
    void anotherConnectionOrOwnerGetsTheWholeState() throws Exception {
        try (SocketClient page = server.connectAs(KEY);
                SocketClient other = server.connectAs(KEY)) {
            JsonNode known = whole(page);
            assertWhole(ask(other, known));
            page.say("status", "{\"key\":\"" + OTHER_KEY + "\",\"seq\":" + known.path("seq") + "}");
            assertWhole(page.next("status"));
        }
    }

    @Test
    void afterAnErrorTheNextAnswerIsTheWholeState() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
            JsonNode known = whole(page);
            page.submit("half-a-code");
            assertEquals("code_incomplete", page.nextReason());
            assertWhole(ask(page, known));
            page.next("url");
            assertUnchanged(known, ask(page, known));
            page.say("code", "{}");
            assertEquals("bad_message", page.nextReason());
            assertWhole(ask(page, known));
            page.next("url");
            server.setupToken.last().fails(Reason.NETWORK);
            page.next("error");
            JsonNode failed = whole(page);
            assertEquals("network", page.nextReason());
            assertUnchanged(failed, ask(page, failed));
        }
    }

    @Test
    void anInvalidSeqIsABadMessage() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            for (String none : new String[] {"\"1\"", "1.5", "null", "[]", "92233720368547758080"}) {
                page.say("status", "{\"seq\":" + none + "}");
                JsonNode error = page.next("error");
                assertEquals("bad_message", error.path("reason").asText());
                assertTrue(error.path("error").asText().contains("\"data.seq\" is not a whole number"), none);
            }
            assertEquals("signed_out", page.state());
        }
    }
}
