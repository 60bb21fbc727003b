package dev.authbridge.web;

import static dev.authbridge.support.Stages.now;
import static dev.authbridge.web.RunningServer.ANNA;
import static dev.authbridge.web.RunningServer.BEN;
import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.Pairings;
import dev.authbridge.core.Reason;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.support.SecretsGrep;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A phone continues the login that a desktop has started. */
class DeviceTest extends ServerTest {
    private static final String AUTH = "/api/claude/auth";
    private static final String OF_DEVICE = "/d/api/claude/auth";
    private static final String HOST = "bridge.example.org";
    private static final String LINK = "https://" + HOST + "/d#";
    private static final String DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0";
    private static final String IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1";

    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withProxy();
    }

    /** The answer to a desktop that reaches the server under this host name over HTTPS. */
    private JsonNode pair(String key, String host) throws Exception {
        return ProxiedRequest.post(
                server.port,
                AUTH + "/device",
                host,
                "Authorization: Bearer " + key + "\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.9\r\n"
                        + "User-Agent: " + DESKTOP + "\r\n");
    }

    private String token() throws Exception {
        String link = pair(KEY, HOST).path("link").asText();
        assertTrue(link.startsWith(LINK), link);
        return link.substring(LINK.length());
    }

    private HttpResponse<String> join(String token) throws Exception {
        return server.send("POST", "/d/" + token, null, "User-Agent", IPHONE, "X-Forwarded-For", "198.51.100.4");
    }

    /** The cookie of a device that has come in, as a browser sends it. */
    private String letIn() throws Exception {
        HttpResponse<String> joined = join(token());
        assertEquals(204, joined.statusCode(), joined.body());
        String cookie = joined.headers().firstValue("Set-Cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private HttpResponse<String> status(String cookie) throws Exception {
        return server.get(OF_DEVICE, server.fromOwnPage(cookie));
    }

    private String state(String cookie) throws Exception {
        return json(status(cookie)).path("state").asText();
    }

    private static void assertUnauthorized(HttpResponse<String> response) throws Exception {
        assertEquals(401, response.statusCode(), response.body());
        assertEquals("unauthorized", json(response).path("reason").asText());
        assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""));
    }

    @Test
    void aPhoneSubmitsTheCodeAndTheDesktopSeesTheResult() throws Exception {
        try (SocketClient desktop = server.connectAs(KEY)) {
            String token = token();
            assertEquals("starting", desktop.nextState());
            server.setupToken.last().showsUrl(STATE);
            JsonNode url = desktop.next("url");
            String cookie = join(token).headers().firstValue("Set-Cookie").orElseThrow();
            JsonNode told = desktop.next("status");
            assertEquals(
                    "Safari on iPhone", told.path("pairedWith").path("device").asText());
            assertEquals("198.51.100.4", told.path("pairedWith").path("address").asText());
            assertEquals(url, desktop.next("url"));
            try (SocketClient phone = server.connectDevice(cookie.substring(0, cookie.indexOf(';')))) {
                JsonNode status = phone.status();
                assertEquals("awaiting_code", status.path("state").asText());
                assertEquals(
                        "203.0.113.9", status.path("startedBy").path("address").asText());
                assertEquals(
                        "Firefox on Linux",
                        status.path("startedBy").path("device").asText());
                assertEquals(url, phone.next("url"));
                phone.submit(CODE);
                assertEquals("verifying", desktop.nextState());
                assertEquals("verifying", phone.nextState());
                server.setupToken.last().showsToken(TOKEN);
                assertEquals(desktop.until("complete"), phone.until("complete"));
                assertEquals("signed_in", phone.state());
            }
            assertTrue(desktop.status().path("pairedWith").isMissingNode());
        }
        assertEquals(1, server.setupToken.last().submitted().size());
    }

    @Test
    void aPhonesHeartbeatIsAnsweredBrieflyUntilItsLoginEnds() throws Exception {
        try (SocketClient phone = server.connectDevice(letIn())) {
            JsonNode known = phone.status();
            phone.say("status", "{\"seq\":" + known.path("seq") + "}");
            assertTrue(phone.next("status").path("unchanged").asBoolean());
            try (SocketClient desktop = server.connectAs(KEY)) {
                desktop.cancel();
                assertEquals("cancelled", phone.until("error").path("reason").asText());
            }
            phone.say("status", "{\"seq\":" + known.path("seq") + "}");
            assertFalse(phone.next().path("data").has("unchanged"));
        }
    }

    @Test
    void theDesktopMaySubmitTheCodeAsWell() throws Exception {
        try (SocketClient desktop = server.connectAs(KEY);
                SocketClient phone = server.connectDevice(letIn())) {
            phone.status();
            server.setupToken.last().showsUrl(STATE);
            phone.until("url");
            desktop.submit(CODE);
            assertEquals("verifying", phone.until("status").path("state").asText());
            server.setupToken.last().refuses(Reason.CODE_REJECTED);
            assertEquals("code_rejected", phone.nextReason());
            server.setupToken.last().showsUrl(STATE);
            assertEquals(
                    "code_rejected",
                    phone.next("url").path("problem").path("reason").asText());
        }
    }

    @Test
    void theLinkIsShortAbsoluteAndDrawnForACamera() throws Exception {
        JsonNode pairing = pair(KEY, HOST);
        assertTrue(pairing.path("reachable").asBoolean());
        String link = pairing.path("link").asText();
        assertTrue(link.matches("https://bridge\\.example\\.org/d#[A-Za-z0-9_-]{22}"), link);
        assertEquals("2026-11-22T12:10:00Z", pairing.path("expiresAt").asText());
        assertEquals(
                server.onLoop(() -> now(server.logins.snapshot(ANNA)).loginId().orElseThrow()),
                pairing.path("loginId").asText());
        assertEquals(29 + 8, pairing.path("qr").path("size").asInt());
        assertTrue(pairing.path("qr").path("path").asText().matches("(M\\d+ \\d+h\\d+v1h-\\d+z)+"));
    }

    @Test
    void aTokenAdmitsOneDevice() throws Exception {
        String token = token();
        assertEquals(204, join(token).statusCode());
        HttpResponse<String> again = join(token);
        assertEquals(410, again.statusCode());
        assertEquals("timed_out", json(again).path("reason").asText());
        assertEquals("no-store", again.headers().firstValue("Cache-Control").orElse(""));
        assertEquals(410, join("nobody-knows-this-one1").statusCode());
    }

    @Test
    void openingTheLinkDoesNotUseUpTheToken() throws Exception {
        String token = token();
        assertEquals(200, server.get("/d").statusCode());
        assertEquals(200, server.send("HEAD", "/d", null).statusCode());
        assertEquals(404, server.get("/d/" + token).statusCode());
        assertEquals(404, server.send("HEAD", "/d/" + token, null).statusCode());
        assertEquals(
                403,
                server.send("POST", "/d/" + token, null, "Origin", "https://evil.example")
                        .statusCode());
        assertEquals(204, join(token).statusCode());
    }

    @Test
    void aTokenExpiresAfterTenMinutes() throws Exception {
        String token = token();
        server.timers.turn(Duration.ofMinutes(6));
        server.setupToken.last().showsUrl(STATE);
        server.onLoop(() -> null);
        server.timers.turn(Duration.ofMinutes(4));
        assertEquals(
                "awaiting_code",
                json(server.get(AUTH, "Authorization", "Bearer " + KEY))
                        .path("state")
                        .asText());
        assertEquals(410, join(token).statusCode());
    }

    @Test
    void aTokenExpiresAfterTenMinutesEvenIfTheClockWasSetBack() throws Exception {
        String token = token();
        server.timers.set(Duration.ofHours(-24));
        server.timers.turn(Duration.ofMinutes(6));
        server.setupToken.last().showsUrl(STATE);
        server.onLoop(() -> null);
        server.timers.turn(Duration.ofMinutes(4));
        assertEquals(410, join(token).statusCode());
    }

    @Test
    void theCookieCountsOnlyFromTheServersOwnPages() throws Exception {
        String cookie = letIn();
        assertUnauthorized(server.get(OF_DEVICE, "Cookie", cookie));
        for (String site : List.of("none", "same-site", "cross-site")) {
            assertUnauthorized(server.get(OF_DEVICE, "Cookie", cookie, "Sec-Fetch-Site", site));
        }
        assertUnauthorized(server.get(OF_DEVICE, "Cookie", cookie, "Origin", "http://127.0.0.1:1"));
        assertEquals(
                200,
                server.get(OF_DEVICE, "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                        .statusCode());
    }

    @Test
    void aDeviceThatASessionInvitedGoesWithTheSession() throws Exception {
        String session = server.openSession(KEY, "X-Forwarded-Proto", "https");
        String headers = "Cookie: " + session + "\r\nOrigin: https://" + HOST + "\r\nX-Forwarded-Proto: https\r\n";
        String joined = ProxiedRequest.post(server.port, AUTH + "/device", HOST, headers)
                .path("link")
                .asText()
                .substring(LINK.length());
        String cookie = RunningServer.cookie(join(joined));
        String open = ProxiedRequest.post(server.port, AUTH + "/device", HOST, headers)
                .path("link")
                .asText()
                .substring(LINK.length());
        try (SocketClient phone = server.connectDevice(cookie)) {
            phone.status();
            server.send("DELETE", "/api/sessions", null, "Authorization", "Bearer " + KEY);
            assertEquals("unauthorized", phone.until("error").path("reason").asText());
            assertEquals(1008, phone.closeCode());
        }
        assertUnauthorized(status(cookie));
        assertEquals(410, join(open).statusCode());
    }

    @Test
    void theCookieIsHiddenFromScriptsAndOtherSites() throws Exception {
        String plain = join(token()).headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(plain.matches(
                "claude-device-0a1b2c3d=[A-Za-z0-9_-]{22}; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict"));
        HttpResponse<String> overTls = server.send("POST", "/d/" + token(), null, "X-Forwarded-Proto", "https");
        String secure = overTls.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(secure.startsWith("__Host-claude-device-0a1b2c3d=") && secure.endsWith("; Secure"), secure);
        assertEquals("no-store", overTls.headers().firstValue("Cache-Control").orElse(""));
    }

    @Test
    void theCookieIsNotAcceptedOutsideOfThePairingPaths() throws Exception {
        server.signIn();
        String cookie = letIn();
        for (String[] request : new String[][] {
            {"GET", AUTH, null},
            {"GET", AUTH + "/env", null},
            {"DELETE", AUTH, null},
            {"POST", AUTH, "{\"apiKey\":\"sk-ant-api03-x\"}"},
            {"POST", AUTH + "/device", null},
            {"POST", AUTH + "/validate", null},
            {"POST", AUTH + "/label", "{\"label\":\"x\"}"},
            {"POST", AUTH + "/diagnose", "{\"output\":\"x\"}"},
        }) {
            assertUnauthorized(server.send(request[0], request[1], request[2], server.fromOwnPage(cookie)));
            // The same value in the other cookie is not accepted either.
            String renamed = cookie.replace("claude-device-", "claude-auth-");
            assertUnauthorized(server.send(request[0], request[1], request[2], server.fromOwnPage(renamed)));
        }
        try (SocketClient socket = server.connect(server.fromOwnPage(cookie))) {
            for (String event : List.of("status", "start", "cancel")) {
                socket.say(event, "{}");
                assertEquals("unauthorized", socket.nextReason());
            }
        }
        for (String method : List.of("POST", "DELETE")) {
            assertEquals(
                    405,
                    server.send(method, OF_DEVICE, null, server.fromOwnPage(cookie))
                            .statusCode());
        }
        for (String path : List.of("/env", "/device", "/validate", "/label", "/diagnose")) {
            assertEquals(
                    404,
                    server.get(OF_DEVICE + path, server.fromOwnPage(cookie)).statusCode());
            assertEquals(
                    405,
                    server.send("POST", OF_DEVICE + path, "{}", server.fromOwnPage(cookie))
                            .statusCode());
        }
        assertEquals("starting", state(cookie));
    }

    @Test
    void theSocketOfADeviceAcceptsOnlyStatusAndCode() throws Exception {
        try (SocketClient phone = server.connectDevice(letIn())) {
            server.setupToken.last().showsUrl(STATE);
            phone.until("url");
            for (String message : List.of(
                    "{\"event\":\"claude.auth.start\",\"data\":{}}",
                    "{\"event\":\"claude.auth.cancel\",\"data\":{}}",
                    "{\"event\":\"claude.chat.prompt\",\"data\":{\"id\":\"1\",\"prompt\":\"hi\"}}",
                    "{\"event\":\"claude.chat.stop\",\"data\":{\"id\":\"1\"}}")) {
                phone.send(message);
                JsonNode error = phone.next("error");
                assertEquals("unauthorized", error.path("reason").asText(), message);
                assertEquals("awaiting_code", error.path("state").asText(), message);
            }
            assertFalse(server.setupToken.last().ended());
            phone.submit("half-a-code");
            assertEquals("code_incomplete", phone.nextReason());
            assertEquals("awaiting_code", phone.state());
            phone.next("url");
            phone.submit(CODE);
            assertEquals("verifying", phone.nextState());
        }
        assertEquals(1, server.setupToken.started(1).size());
    }

    @Test
    void aDeviceLearnsNothingAboutTheCredentialAndGetsNoSignInLink() throws Exception {
        server.signIn();
        String cookie = letIn();
        JsonNode status = json(status(cookie));
        assertEquals(
                Set.of("state", "seq", "loginId", "expiresAt", "now", "startedBy", "owner", "severalOwners"),
                Set.copyOf(fieldNames(status)));
        try (SocketClient phone = server.connectDevice(cookie)) {
            assertEquals(status, phone.status());
        }
    }

    private static List<String> fieldNames(JsonNode node) {
        List<String> names = new java.util.ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void afterItsLoginTheDeviceLearnsOnlyHowItEnded() throws Exception {
        String cookie = letIn();
        try (SocketClient desktop = server.connectAs(KEY);
                SocketClient phone = server.connectDevice(cookie)) {
            phone.status();
            desktop.cancel();
            assertEquals("cancelled", phone.until("error").path("reason").asText());
            assertEquals("signed_out", state(cookie));
            phone.submit(CODE);
            assertEquals("timed_out", phone.nextReason());

            desktop.until("error");
            desktop.start();
            JsonNode next = desktop.until("status");
            server.setupToken.last().showsUrl(STATE);
            desktop.next("url");
            assertEquals("signed_out", phone.nothingButStatus().path("state").asText());
            assertEquals("cancelled", phone.nextReason());
            phone.submit(CODE);
            JsonNode refused = phone.next("error");
            assertEquals("timed_out", refused.path("reason").asText());
            assertNotEquals(next.path("loginId"), refused.path("loginId"));
            assertTrue(desktop.status().path("pairedWith").isMissingNode());
            assertTrue(server.setupToken.last().submitted().isEmpty());
        }
        assertEquals("signed_out", state(cookie));
        server.timers.turn(Pairings.END_TOLD_FOR);
        assertUnauthorized(status(cookie));
        ExecutionException refused = assertThrows(ExecutionException.class, () -> server.connectDevice(cookie));
        assertTrue(refused.getCause().toString().contains("WebSocketHandshakeException"), refused.toString());
    }

    @Test
    void aSignOutOnTheDesktopDoesNotHideHowTheLoginEnded() throws Exception {
        String cookie = letIn();
        server.setupToken.last().showsUrl(STATE);
        try (SocketClient phone = server.connectDevice(cookie)) {
            phone.submit(CODE);
            server.setupToken.last().showsToken(TOKEN);
            phone.until("complete");
            server.send("DELETE", AUTH, null, "Authorization", "Bearer " + KEY);
            assertEquals("signed_in", phone.state());
        }
    }

    /** Whose account the machine is to use is the owner's decision, and a phone may be somebody else's. */
    @Test
    void aDeviceCannotSwitchToAnotherOrganization() throws Exception {
        server.serviceAnswers(asked -> new CredentialCheck.Result(
                Validity.VALID,
                "200",
                server.timers.now(),
                true,
                Optional.of(asked.reveal().equals(TOKEN) ? "aaaa-1111" : "bbbb-2222")));
        server.signIn();
        String cookie = letIn();
        server.setupToken.last().showsUrl(STATE);
        try (SocketClient phone = server.connectDevice(cookie)) {
            phone.status();
            phone.until("url");
            phone.submit(CODE);
            phone.until("status");
            server.setupToken.last().showsToken(TOKEN.replace('T', 'U'));
            assertEquals(
                    "other_organization", phone.until("error").path("reason").asText());
            for (String path : new String[] {AUTH + "/organization", OF_DEVICE + "/organization", OF_DEVICE}) {
                HttpResponse<String> refused =
                        server.send("POST", path, "{\"accept\":true}", server.fromOwnPage(cookie));
                assertTrue(refused.statusCode() >= 400 && refused.statusCode() < 500, refused.body());
            }
            JsonNode credential =
                    json(server.get(AUTH, "Authorization", "Bearer " + KEY)).path("credential");
            assertEquals("aaaa-1111", credential.path("organization").asText());
            String yes = "{\"accept\":true}";
            server.send("POST", AUTH + "/organization", yes, "Authorization", "Bearer " + KEY);
            phone.until("complete");
        }
    }

    @Test
    void aTokenExpiresWithItsLogin() throws Exception {
        String token = token();
        server.setupToken.last().fails(Reason.CLI_FAILED);
        server.onLoop(() -> null);
        assertEquals(410, join(token).statusCode());
        String second = token();
        try (SocketClient desktop = server.connectAs(KEY)) {
            desktop.cancel();
            desktop.until("error");
            desktop.start();
            desktop.until("status");
        }
        assertEquals(410, join(second).statusCode());
    }

    @Test
    void aNewCodeInvalidatesTheLastOneAndItsDeviceReplacesTheOther() throws Exception {
        String first = letIn();
        String forgotten = token();
        String token = token();
        assertEquals(410, join(forgotten).statusCode());
        try (SocketClient phone = server.connectDevice(first)) {
            assertEquals("starting", phone.state());
            assertEquals(204, join(token).statusCode());
            assertEquals("unauthorized", phone.nextReason());
            server.setupToken.last().showsUrl(STATE);
            assertEquals(1008, phone.closeCode());
        }
        assertUnauthorized(status(first));
    }

    private HttpResponse<String> throwOut(String key) throws Exception {
        return server.send("DELETE", AUTH + "/device", null, "Authorization", "Bearer " + key);
    }

    @Test
    void theOwnerThrowsADeviceOutBeforeItHandsInItsCode() throws Exception {
        String cookie = letIn();
        server.setupToken.last().showsUrl(STATE);
        try (SocketClient desktop = server.connectAs(KEY);
                SocketClient phone = server.connectDevice(cookie)) {
            phone.status();
            phone.next("url");
            assertTrue(desktop.status().has("pairedWith"));
            desktop.next("url");
            JsonNode answer = json(throwOut(KEY));
            assertEquals("awaiting_code", answer.path("state").asText());
            assertFalse(answer.has("pairedWith"), answer.toString());
            assertEquals("unauthorized", phone.nextReason());
            assertEquals(1008, phone.closeCode());
            assertFalse(desktop.next("status").has("pairedWith"));
            desktop.next("url");
            desktop.submit(CODE);
            assertEquals("verifying", desktop.nextState());
        }
        assertEquals(1, server.setupToken.last().submitted().size());
    }

    @Test
    void aDeviceThatWasThrownOutComesInNoMore() throws Exception {
        String cookie = letIn();
        String token = token();
        assertEquals(200, throwOut(KEY).statusCode());
        assertUnauthorized(status(cookie));
        assertThrows(ExecutionException.class, () -> server.connectDevice(cookie));
        assertEquals(410, join(token).statusCode());
        assertEquals(200, throwOut(KEY).statusCode(), "nobody is in any more");
        assertEquals(403, throwOut(READER_KEY).statusCode());
        String again = letIn();
        assertEquals(200, throwOut(OTHER_KEY).statusCode());
        assertEquals("starting", state(again), "only its own owner throws it out");
    }

    @Test
    void aCodeOfADeviceThatIsThrownOutWinsNothing() throws Exception {
        try (SocketClient desktop = server.connectAs(KEY);
                SocketClient phone = server.connectDevice(letIn())) {
            server.setupToken.last().showsUrl(STATE);
            phone.until("url");
            phone.submit(CODE);
            assertEquals("verifying", phone.until("status").path("state").asText());
            assertEquals("signed_out", json(throwOut(KEY)).path("state").asText());
            assertEquals("cancelled", desktop.until("error").path("reason").asText());
            assertTrue(server.setupToken.last().ended());
            server.setupToken.last().showsToken(TOKEN);
            assertEquals("signed_out", desktop.state());
        }
    }

    @Test
    void theDesktopsOwnCodeIsCheckedOnWhenTheDeviceIsThrownOut() throws Exception {
        try (SocketClient desktop = server.connectAs(KEY);
                SocketClient phone = server.connectDevice(letIn())) {
            server.setupToken.last().showsUrl(STATE);
            phone.until("url");
            phone.submit(CODE);
            phone.until("status");
            server.setupToken.last().refuses(Reason.CODE_REJECTED);
            server.setupToken.last().showsUrl(STATE);
            phone.until("url");
            desktop.submit(CODE);
            assertEquals("verifying", phone.until("status").path("state").asText());
            assertEquals("verifying", json(throwOut(KEY)).path("state").asText());
            server.setupToken.last().showsToken(TOKEN);
            desktop.until("complete");
        }
    }

    private String sessionOf(String key) throws Exception {
        String cookie = server.send("POST", "/api/session", "{\"key\":\"" + key + "\"}", "Origin", server.origin())
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private HttpResponse<String> join(String token, String body, String cookie) throws Exception {
        return server.send("POST", "/d/" + token, body, "Cookie", cookie, "Origin", server.origin());
    }

    @Test
    void aBrowserOfAnotherOwnerHasToConfirm() throws Exception {
        String bens = sessionOf(OTHER_KEY);
        String token = token();
        for (String body : new String[] {null, "{}", "{\"confirm\":false}"}) {
            HttpResponse<String> asks = join(token, body, bens);
            assertEquals(409, asks.statusCode(), asks.body());
            JsonNode said = json(asks);
            assertEquals("other_owner", said.path("reason").asText());
            assertEquals("ben", said.path("owner").asText());
            assertEquals("anna", said.path("newOwner").asText());
            assertEquals(
                    "This would sign in anna, but this browser belongs to ben.",
                    said.path("error").asText());
            assertFalse(asks.headers().firstValue("Set-Cookie").isPresent());
        }
        assertEquals(400, join(token, "{\"confirm\":\"yes\"}", bens).statusCode());
        assertEquals(400, join(token, "{\"confirm\"", bens).statusCode());
        HttpResponse<String> confirmed = join(token, "{\"confirm\":true}", bens);
        assertEquals(204, confirmed.statusCode());
        assertEquals(410, join(token, null, bens).statusCode(), "what is used up names nobody");
    }

    @Test
    void aBrowserOfTheSameOwnerOrOfNobodyNeedNotConfirm() throws Exception {
        assertEquals(204, join(token(), null, sessionOf(KEY)).statusCode());
        assertEquals(204, join(token(), null, "claude-auth=ben.1.forged").statusCode());
    }

    @Test
    void anotherOwnerIsNotAffected() throws Exception {
        try (SocketClient ben = server.connectAs(OTHER_KEY)) {
            ben.start();
            ben.next("status");
            server.setupToken.last().showsUrl("of-ben");
            ben.next("url");
            String cookie = letIn();
            server.setupToken.started(2).get(1).showsUrl(STATE);
            server.onLoop(() -> null);
            String anna = server.onLoop(
                    () -> now(server.logins.snapshot(ANNA)).loginId().orElseThrow());
            assertEquals(anna, json(status(cookie)).path("loginId").asText());
            try (SocketClient phone = server.connectDevice(cookie)) {
                phone.submit(CODE);
                assertEquals("verifying", phone.until("status").path("state").asText());
            }
            JsonNode status = ben.nothingButStatus();
            assertEquals("awaiting_code", status.path("state").asText());
            assertTrue(status.path("pairedWith").isMissingNode());
            assertTrue(server.onLoop(() -> now(server.logins.snapshot(BEN)).open()));
        }
    }

    @Test
    void aDeviceLosesAccessWithTheKeyThatAdmittedIt() throws Exception {
        server.close();
        Path keysFile = folder.resolve("keys");
        String line = "anna:" + AccessKey.of(ANNA, KEY, Set.of()).sha256() + ":login\n";
        Files.writeString(keysFile, line);
        server = new RunningServer(
                folder,
                RunningServer.Setting.USUAL.withProxy(),
                new AccessKeys(List.of(AccessKey.of(ANNA, OTHER_KEY, Set.of(Scope.LOGIN))), Optional.of(keysFile)));
        String cookie = letIn();
        String token = token();
        try (SocketClient phone = server.connectDevice(cookie)) {
            phone.status();
            Files.writeString(keysFile, "# nobody\n");
            server.timers.turn(Duration.ofSeconds(2));
            assertEquals("unauthorized", phone.nextReason());
        }
        assertUnauthorized(status(cookie));
        assertEquals(410, join(token).statusCode());
        assertTrue(server.onLoop(() -> now(server.logins.snapshot(ANNA)).open()), "the login itself goes on");
    }

    @Test
    void onlyALoginKeyCanMakeCodesAndOnlyALimitedNumber() throws Exception {
        assertEquals("unauthorized", pair(READER_KEY, HOST).path("reason").asText());
        assertEquals(
                "unauthorized",
                pair("a-wrong-key-a-wrong-key", HOST).path("reason").asText());
        assertTrue(server.setupToken.programs().isEmpty());
        for (int made = 0; made < 10; made++) {
            assertTrue(pair(KEY, HOST).path("reachable").asBoolean());
        }
        assertEquals("rate_limited", pair(KEY, HOST).path("reason").asText());
        assertTrue(pair(OTHER_KEY, HOST).path("reachable").asBoolean());
        server.timers.turn(Duration.ofSeconds(20));
        assertTrue(pair(KEY, HOST).path("reachable").asBoolean());
        assertEquals(2, server.setupToken.started(2).size());
    }

    @Test
    void ifNoOtherDeviceCanReachTheServerTheAnswerSaysWhatToDo() throws Exception {
        for (String host : List.of("localhost:8765", "127.0.0.1:8765", "[::1]:8765", "app.localhost", "0.0.0.0")) {
            JsonNode answer = pair(KEY, host);
            assertFalse(answer.path("reachable").asBoolean(true), host);
            assertTrue(answer.path("advice").asText().contains("name"), host);
            assertTrue(answer.path("link").isMissingNode(), host);
        }
        assertEquals(
                "bad_message", pair(KEY, "bridge/evil.example").path("reason").asText());
        server.close();
        server = new RunningServer(folder);
        JsonNode answer = pair(KEY, HOST);
        assertFalse(answer.path("reachable").asBoolean(true));
        assertTrue(answer.path("advice").asText().contains("CLAUDE_AUTH_TLS_CERT"));
        assertTrue(server.setupToken.programs().isEmpty());
    }

    @Test
    void theDevicesPageContainsNoSecretAndWarns() throws Exception {
        HttpResponse<String> page = server.get("/d");
        assertTrue(page.body().contains("<claude-login paired src=\"d/\">"), page.body());
        assertTrue(page.body().contains("Nobody who asks you for the code needs it"), page.body());
        assertFalse(page.body().matches("(?s).*<script[^>]*>[^<].*"), page.body());
    }

    @Test
    void noLogContainsATokenOrCookieOfADevice() throws Exception {
        try (SecretsGrep grep = SecretsGrep.open()) {
            String token = token();
            grep.secret(token);
            String cookie = join(token).headers().firstValue("Set-Cookie").orElseThrow();
            grep.secret(cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';')));
            grep.secret(CODE);
            join(token);
            server.get("/d/" + token);
            server.setupToken.last().showsUrl(STATE);
            try (SocketClient phone = server.connectDevice(cookie.substring(0, cookie.indexOf(';')))) {
                phone.submit(CODE);
                phone.until("status");
            }
            grep.assertNothingFound();
        }
    }
}
