package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.cookie;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Browser sessions: how they are opened, listed and ended, and that nothing outlives them. */
class SessionsTest extends ServerTest {
    private static final String AUTH = "/api/claude/auth";
    private static final String FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withOrigins("https://app.example");
    }

    private int statusWith(String cookie) throws Exception {
        return server.get(AUTH, server.fromOwnPage(cookie)).statusCode();
    }

    private JsonNode sessions(String cookie) throws Exception {
        return json(server.get("/api/sessions", server.fromOwnPage(cookie))).path("sessions");
    }

    private static void assertIsOver(SocketClient page) throws Exception {
        JsonNode over = page.next("error");
        assertEquals("unauthorized", over.path("reason").asText(), over.toString());
        assertFalse(over.has("loginId") || over.has("state"), over.toString());
        assertEquals(1008, page.closeCode());
    }

    @Test
    void signingOutEndsEverythingThatTheSessionOpened() throws Exception {
        String cookie = server.openSession(KEY);
        String link =
                json(server.get(AUTH, server.fromOwnPage(cookie))).path("link").asText();
        try (SocketClient page = server.connect(server.fromOwnPage(cookie));
                SocketClient program = server.connectAs(KEY)) {
            assertEquals("signed_out", page.state());
            assertEquals("signed_out", program.state());
            assertEquals(
                    204,
                    server.send("DELETE", "/api/session", null, server.fromOwnPage(cookie))
                            .statusCode());
            assertIsOver(page);
            assertEquals("signed_out", program.nothingButStatus().path("state").asText());
        }
        assertEquals(401, statusWith(cookie));
        assertEquals(410, server.get(link).statusCode());
        try (SocketClient page = server.connect(server.fromOwnPage(cookie))) {
            page.start();
            assertEquals("unauthorized", page.nextReason());
        }
        assertEquals(List.of(), server.setupToken.started(0));
    }

    @Test
    void aTabThatWaitsForTheUrlDoesNotGetItAfterTheSignOut() throws Exception {
        String cookie = server.openSession(KEY);
        String link =
                json(server.get(AUTH, server.fromOwnPage(cookie))).path("link").asText();
        Matcher wait = Pattern.compile("data-wait=\"([\\w-]{32})\"")
                .matcher(server.get(link).body());
        assertTrue(wait.find());
        CompletableFuture<HttpResponse<String>> waiting = server.sendAsync("POST", "/go/" + wait.group(1));
        server.send("DELETE", "/api/session", null, server.fromOwnPage(cookie));
        server.setupToken.last().showsUrl(STATE);
        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertEquals(410, answer.statusCode());
        assertFalse(json(answer).has("url"), answer.body());
    }

    @Test
    void aCookieCountsOnlyFromTheServersOwnPages() throws Exception {
        String cookie = server.openSession(KEY);
        assertEquals(
                200,
                server.get(AUTH, "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                        .statusCode());
        try (SocketClient program = server.connect("Cookie", cookie);
                SocketClient page = server.connect("Cookie", cookie, "Origin", "https://app.example")) {
            for (SocketClient stranger : List.of(program, page)) {
                stranger.start();
                assertEquals("unauthorized", stranger.nextReason());
                stranger.say("status", "{\"key\":\"" + OTHER_KEY + "\"}");
                assertEquals("ben", stranger.next("status").path("owner").asText());
            }
        }
        server.send("DELETE", "/api/session", null, "Cookie", cookie, "Origin", "https://app.example");
        assertEquals(200, statusWith(cookie));
        // A program that has the cookie may end its session.
        assertEquals(
                204,
                server.send("DELETE", "/api/session", null, "Cookie", cookie).statusCode());
        assertEquals(401, statusWith(cookie));
    }

    @Test
    void aSandboxsKeyLearnsNothingOfALogin() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
        }
        JsonNode status = json(server.get(AUTH, "Authorization", "Bearer " + READER_KEY));
        assertEquals("signed_out", status.path("state").asText());
        for (String field : List.of("link", "loginId", "startedBy", "expiresAt")) {
            assertFalse(status.has(field), status.toString());
        }
        assertEquals(403, RawSocket.answer(server.port, "Authorization: Bearer " + READER_KEY + "\r\n"));
    }

    @Test
    void theListShowsWhoIsSignedInWhereAndEachCanBeEnded() throws Exception {
        String first = server.openSession(KEY, "User-Agent", FIREFOX);
        server.timers.turn(Duration.ofMinutes(3));
        String second = server.openSession(KEY);
        String ofBen = server.openSession(OTHER_KEY);
        JsonNode list = sessions(second);
        assertEquals(2, list.size(), list.toString());
        JsonNode current = list.get(0);
        JsonNode other = list.get(1);
        assertTrue(current.path("current").asBoolean() && !other.has("current"), list.toString());
        assertEquals("Firefox on Linux", other.path("device").asText());
        assertEquals("127.0.0.1", other.path("address").asText());
        assertEquals(other.path("openedAt"), other.path("lastUsedAt"));
        assertFalse(list.toString().contains(first.substring(first.indexOf('=') + 1)));
        String id = other.path("id").asText();
        try (SocketClient page = server.connect(server.fromOwnPage(first))) {
            page.status();
            assertEquals(
                    404,
                    server.send("DELETE", "/api/sessions/" + id, null, server.fromOwnPage(ofBen))
                            .statusCode());
            page.nothingButStatus();
            assertEquals(
                    204,
                    server.send("DELETE", "/api/sessions/" + id, null, server.fromOwnPage(second))
                            .statusCode());
            assertIsOver(page);
        }
        assertEquals(
                404,
                server.send("DELETE", "/api/sessions/" + id, null, server.fromOwnPage(second))
                        .statusCode());
        assertEquals(401, statusWith(first));
        assertEquals(1, sessions(second).size());
        assertEquals(1, sessions(ofBen).size());
    }

    @Test
    void signingOutEverywhereEndsTheSessionsOfThisOwnerOnly() throws Exception {
        String first = server.openSession(KEY);
        String second = server.openSession(KEY);
        String ofBen = server.openSession(OTHER_KEY);
        try (SocketClient page = server.connect(server.fromOwnPage(first));
                SocketClient pageOfBen = server.connect(server.fromOwnPage(ofBen))) {
            page.status();
            pageOfBen.status();
            assertEquals(
                    204,
                    server.send("DELETE", "/api/sessions", null, server.fromOwnPage(second))
                            .statusCode());
            assertIsOver(page);
            pageOfBen.nothingButStatus();
        }
        assertEquals(401, statusWith(first));
        assertEquals(401, statusWith(second));
        assertEquals(200, statusWith(ofBen));
        // A program with the key itself may do it as well.
        assertEquals(
                204,
                server.send("DELETE", "/api/sessions", null, "Authorization", "Bearer " + OTHER_KEY)
                        .statusCode());
        assertEquals(401, statusWith(ofBen));
    }

    @Test
    void aSandboxsKeyCannotSeeOrEndSessions() throws Exception {
        String cookie = server.openSession(KEY);
        String id = sessions(cookie).get(0).path("id").asText();
        for (String[] request : new String[][] {
            {"GET", "/api/sessions"}, {"DELETE", "/api/sessions"}, {"DELETE", "/api/sessions/" + id},
        }) {
            HttpResponse<String> refused =
                    server.send(request[0], request[1], null, "Authorization", "Bearer " + READER_KEY);
            assertEquals(403, refused.statusCode());
            assertTrue(refused.body().contains("scope login"), refused.body());
        }
        assertEquals(200, statusWith(cookie));
    }

    @Test
    void aSessionEndsWhenItIsNotUsedForSevenDaysAndAfterThirtyInAnyCase() throws Exception {
        String unused = server.openSession(KEY);
        String used = server.openSession(KEY);
        Duration sixDays = Duration.ofDays(6);
        server.timers.turn(sixDays);
        assertEquals(200, statusWith(used));
        server.timers.turn(sixDays);
        assertEquals(401, statusWith(unused));
        for (int day = 12; day < 30; day += 6) {
            assertEquals(200, statusWith(used));
            server.timers.turn(sixDays);
        }
        assertEquals(401, statusWith(used));
    }

    @Test
    void messagesOnASocketCountAsUseAndAnOpenSocketAloneDoesNot() throws Exception {
        String cookie = server.openSession(KEY);
        Duration step = Duration.ofSeconds(50);
        try (SocketClient page = server.connect(server.fromOwnPage(cookie))) {
            page.status();
            server.timers.turn(step);
            assertEquals(Duration.ZERO, usedFor());
            page.status();
            assertEquals(step, usedFor());
        }
    }

    /** How long after it was opened the only session was last used. */
    private Duration usedFor() throws Exception {
        JsonNode session = json(server.get("/api/sessions", "Authorization", "Bearer " + KEY))
                .path("sessions")
                .get(0);
        return Duration.between(
                Instant.parse(session.path("openedAt").asText()),
                Instant.parse(session.path("lastUsedAt").asText()));
    }

    /** Each session leaves two lines in the log, so a key that is used in a loop could fill it. */
    @Test
    void anOwnersKeyOpensALimitedNumberOfSessionsInAShortTime() throws Exception {
        String body = "{\"key\":\"" + KEY + "\"}";
        for (int turn = 0; turn < 10; turn++) {
            server.openSession(KEY);
        }
        HttpResponse<String> tooMany = server.send("POST", "/api/session", body, "Origin", server.origin());
        assertEquals(429, tooMany.statusCode(), tooMany.body());
        assertEquals("rate_limited", json(tooMany).path("reason").asText());
        assertTrue(tooMany.headers().firstValue("Retry-After").isPresent());
        server.openSession(OTHER_KEY);
        server.timers.turn(Duration.ofSeconds(2));
        assertEquals(
                204,
                server.send("POST", "/api/session", body, "Origin", server.origin())
                        .statusCode());
    }

    @Test
    void aLinkWithTheKeyOfAnotherOwnerChangesNothingUntilItIsConfirmed() throws Exception {
        String cookie = server.openSession(KEY);
        try (SocketClient page = server.connect(server.fromOwnPage(cookie))) {
            page.status();
            for (String replace : new String[] {"", ",\"replace\":false"}) {
                HttpResponse<String> asked = server.send(
                        "POST",
                        "/api/session",
                        "{\"key\":\"" + OTHER_KEY + "\"" + replace + "}",
                        server.fromOwnPage(cookie));
                assertEquals(409, asked.statusCode());
                assertTrue(asked.headers().firstValue("Set-Cookie").isEmpty());
                JsonNode problem = json(asked);
                assertEquals("other_owner", problem.path("reason").asText());
                assertEquals("anna", problem.path("owner").asText());
                assertEquals("ben", problem.path("newOwner").asText());
                assertTrue(problem.path("error").asText().matches(".*anna.*ben.*"), asked.body());
            }
            assertEquals("anna", page.nothingButStatus().path("owner").asText());
            HttpResponse<String> replaced = server.send(
                    "POST",
                    "/api/session",
                    "{\"key\":\"" + OTHER_KEY + "\",\"replace\":true}",
                    server.fromOwnPage(cookie));
            assertEquals(204, replaced.statusCode());
            assertIsOver(page);
            assertEquals(401, statusWith(cookie));
            String ofBen = cookie(replaced);
            assertEquals(
                    "ben",
                    json(server.get(AUTH, server.fromOwnPage(ofBen)))
                            .path("owner")
                            .asText());
        }
    }

    @Test
    void aKeyOfTheSameOwnerIsNotAskedAboutAndANewSessionTakesThePlaceOfTheOld() throws Exception {
        String old = server.openSession(KEY);
        String fresh = server.openSession(KEY, server.fromOwnPage(old));
        assertEquals(401, statusWith(old));
        assertEquals(1, sessions(fresh).size());
        // Nobody is signed in here any more, so there is nothing to ask about.
        server.send("DELETE", "/api/session", null, server.fromOwnPage(fresh));
        String ofBen = server.openSession(OTHER_KEY, server.fromOwnPage(fresh));
        assertEquals(200, statusWith(ofBen));
        HttpResponse<String> wrong = server.send(
                "POST", "/api/session", "{\"key\":\"" + KEY + "\",\"replace\":1}", server.fromOwnPage(ofBen));
        assertEquals(400, wrong.statusCode());
        assertEquals(200, statusWith(ofBen));
    }

    @Test
    void statusAndUrlNameTheOwnerAndThatThereAreOthers() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            JsonNode status = page.status();
            assertEquals("anna", status.path("owner").asText());
            assertTrue(status.path("severalOwners").asBoolean(), status.toString());
            JsonNode url = server.startToPrompt(page);
            assertEquals("anna", url.path("owner").asText());
            assertTrue(url.path("severalOwners").asBoolean(), url.toString());
        }
    }
}
