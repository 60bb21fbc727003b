package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.ANNA;
import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.TOKEN;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tokens that were made elsewhere, credentials of another organization, and credentials that are held back. */
class TakenTokenTest extends ServerTest {
    private static final String AUTH = "/api/claude/auth";
    private static final String[] ANNAS = {"Authorization", "Bearer " + KEY};
    private static final String[] A_SANDBOX = {"Authorization", "Bearer " + READER_KEY};
    private static final String OTHER_TOKEN = "sk-ant-oat01-" + "U".repeat(95);
    private static final String API_KEY = "sk-ant-api03-" + "K".repeat(95);

    private HttpResponse<String> post(String path, Object fields) throws Exception {
        return server.send("POST", AUTH + path, new ObjectMapper().writeValueAsString(fields), ANNAS);
    }

    private HttpResponse<String> takeOver(String pasted) throws Exception {
        return post("", Map.of("token", pasted));
    }

    private JsonNode status() throws Exception {
        return json(server.get(AUTH, ANNAS));
    }

    private String stored() throws Exception {
        return server.credentials
                .use(ANNA)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .map(Credential::reveal)
                .orElse("");
    }

    private static JsonNode refused(int status, String reason, HttpResponse<String> response) throws Exception {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(reason, json(response).path("reason").asText());
        assertFalse(response.body().contains("sk-ant-oat01-"), response.body());
        return json(response);
    }

    /** From now on the service names an organization for each credential that begins like this. */
    private void organizations(Map<String, String> byStart) {
        server.serviceAnswers(credential -> new CredentialCheck.Result(
                Validity.VALID,
                "200",
                server.timers.now(),
                true,
                byStart.entrySet().stream()
                        .filter(entry -> credential.reveal().startsWith(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()));
    }

    private void twoOrganizations() {
        organizations(Map.of("sk-ant-oat01-T", "aaaa-1111", "sk-ant-oat01-U", "bbbb-2222", "sk-ant-api", "bbbb-2222"));
    }

    // ---- a token that was made elsewhere

    @Test
    void aTokenIsTakenOverInWhateverItIsDressed() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            assertEquals("signed_out", page.state());
            HttpResponse<String> taken = takeOver(
                    "export CLAUDE_CODE_OAUTH_TOKEN=\"" + TOKEN.substring(0, 79) + "\n" + TOKEN.substring(79) + "\"");
            assertEquals(200, taken.statusCode(), taken.body());
            assertFalse(taken.body().contains(TOKEN));
            assertEquals(
                    "oauth_token", json(taken).path("credential").path("method").asText());
            assertEquals("signed_in", page.nextState());
        }
        assertEquals(TOKEN, stored());
        String fingerprint = status().path("credential").path("fingerprint").asText();
        assertTrue(
                server.audited.stream()
                        .anyMatch(line -> line.contains("event=token_stored owner=anna")
                                && line.contains("fingerprint=" + fingerprint)),
                server.audited.toString());
        assertFalse(server.audited.toString().contains("sk-ant-"));
    }

    @Test
    void anApiKeyMayBeDressedInTheSameWay() throws Exception {
        String pasted = "export ANTHROPIC_API_KEY='" + API_KEY.substring(0, 60) + "\n" + API_KEY.substring(60) + "'\n";
        HttpResponse<String> kept = post("", Map.of("apiKey", pasted));
        assertEquals(200, kept.statusCode(), kept.body());
        assertEquals(API_KEY, stored());
    }

    @Test
    void aTokenThatTheServiceDoesNotAcceptReplacesNothing() throws Exception {
        server.signIn();
        server.serviceSays(Validity.INVALID);
        assertTrue(refused(422, "credential_invalid", takeOver(OTHER_TOKEN))
                .path("detail")
                .asText()
                .contains("The service does not take it"));
        assertEquals(TOKEN, stored());
        server.serviceAnswers(credential -> server.answer(Validity.UNKNOWN, "Could not reach api.example"));
        JsonNode unreachable = refused(502, "network", takeOver(OTHER_TOKEN));
        assertTrue(unreachable.path("detail").asText().contains("nothing was changed"), unreachable.toString());
        assertTrue(unreachable.path("detail").asText().contains("Could not reach api.example"));
        assertEquals(TOKEN, stored());
        // An answer of the service itself, though not a clear one, as for tokens that may not list models.
        server.serviceAnswers(credential -> new CredentialCheck.Result(
                Validity.UNKNOWN, "403 permission_error", server.timers.now(), true, Optional.empty()));
        assertEquals(200, takeOver(OTHER_TOKEN).statusCode());
        assertEquals(OTHER_TOKEN, stored());
    }

    @Test
    void whatIsNoTokenIsRefusedWithTheReason() throws Exception {
        server.signIn();
        Map<String, String> wrong = Map.of(
                API_KEY,
                "Store it as an API key instead",
                TOKEN.replace("oat", "ort"),
                "renewed again and again",
                "sk-ant-admin01-" + "k".repeat(40),
                "admin key",
                "nonsense",
                "does not begin with sk-ant-",
                "  \n ",
                "is empty",
                TOKEN.substring(0, 15),
                "characters",
                TOKEN + "\n" + OTHER_TOKEN,
                "more than one",
                "x".repeat(9_000),
                "far too long");
        for (Map.Entry<String, String> one : wrong.entrySet()) {
            JsonNode said = refused(422, "credential_invalid", takeOver(one.getKey()));
            assertTrue(said.path("detail").asText().contains(one.getValue()), said.toString());
            // one more question is allowed every few seconds
            server.timers.turn(Duration.ofMinutes(1));
        }
        assertTrue(refused(422, "credential_invalid", post("", Map.of("apiKey", TOKEN)))
                .path("detail")
                .asText()
                .contains("take it over as a token"));
        refused(400, "bad_message", post("", Map.of("apiKey", API_KEY, "token", TOKEN)));
        refused(400, "bad_message", post("", Map.of("token", 7)));
        refused(400, "bad_message", post("", Map.of("token", "")));
        refused(400, "bad_message", post("", Map.of()));
        assertEquals(TOKEN, stored());
    }

    @Test
    void onlyAKeyThatMaySignInTakesATokenOver() throws Exception {
        for (String path : new String[] {"", "/organization", "/hold"}) {
            String body = "{\"token\":\"" + OTHER_TOKEN + "\",\"accept\":true,\"held\":true}";
            refused(401, "unauthorized", server.send("POST", AUTH + path, body));
            refused(403, "unauthorized", server.send("POST", AUTH + path, body, A_SANDBOX));
        }
        assertEquals("", stored());
    }

    @Test
    void questionsToTheServiceAreLimited() throws Exception {
        for (int turn = 0; turn < 10; turn++) {
            assertEquals(200, takeOver(TOKEN).statusCode());
        }
        HttpResponse<String> eleventh = takeOver(OTHER_TOKEN);
        refused(429, "rate_limited", eleventh);
        assertTrue(eleventh.headers().firstValue("Retry-After").isPresent());
        assertEquals(TOKEN, stored());
    }

    @Test
    void anOpenLoginGoesOnAndItsTokenCountsInTheEnd() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
            assertEquals("awaiting_code", json(takeOver(TOKEN)).path("state").asText());
            assertEquals(TOKEN, stored());
            page.submit(CODE);
            page.until("status");
            server.setupToken.last().showsToken(OTHER_TOKEN);
            page.until("complete");
        }
        assertEquals(OTHER_TOKEN, stored());
    }

    @Test
    void whatTheServiceIsBeingAskedAboutIsNotStoredAfterASignOut() throws Exception {
        server.serviceAnswers(credential -> {
            server.credentials.signOut(ANNA);
            return server.answer(Validity.VALID, "200");
        });
        refused(409, "cancelled", takeOver(OTHER_TOKEN));
        refused(409, "cancelled", post("", Map.of("apiKey", API_KEY)));
        assertEquals("", stored());
    }

    @Test
    void theSameTokenAgainKeepsItsNameAndItsDates() throws Exception {
        server.signIn();
        post("/label", Map.of("label", "build machine"));
        String before = status().path("credential").path("madeAt").asText();
        assertEquals(200, takeOver(TOKEN).statusCode());
        assertEquals(before, status().path("credential").path("madeAt").asText());
        assertEquals("build machine", status().path("credential").path("label").asText());
    }

    // ---- whose is it?

    @Test
    void theOrganizationIsToldByItsFingerprint() throws Exception {
        twoOrganizations();
        server.signIn();
        assertEquals(
                "aaaa-1111", status().path("credential").path("organization").asText());
        // An answer that does not name it does not make it unknown.
        server.serviceSays(Validity.UNKNOWN);
        post("/validate", Map.of());
        assertEquals(
                "aaaa-1111", status().path("credential").path("organization").asText());
        assertTrue(status().path("credential").path("otherOrganization").isMissingNode());
    }

    @Test
    void aSignInOfAnotherOrganizationWaitsForAYes() throws Exception {
        twoOrganizations();
        server.signIn();
        post("/label", Map.of("label", "build machine"));
        try (SocketClient page = server.connectAs(KEY)) {
            signInWithTheOther(page);
            JsonNode error = page.until("error");
            assertEquals("other_organization", error.path("reason").asText());
            assertTrue(error.path("error").asText().contains("(bbbb-2222)"), error.toString());
            assertTrue(error.path("error").asText().contains("(aaaa-1111)"), error.toString());
            assertEquals(TOKEN, stored());
            JsonNode asked = status().path("credential").path("otherOrganization");
            assertEquals("bbbb-2222", asked.path("organization").asText());
            assertEquals("oauth_token", asked.path("method").asText());
            refused(409, "other_organization", post("/organization", Map.of("accept", true, "fingerprint", "another")));
            refused(400, "bad_message", post("/organization", Map.of("accept", "true")));
            refused(400, "bad_message", post("/organization", Map.of()));
            assertEquals(TOKEN, stored());
            String fingerprint = asked.path("fingerprint").asText();
            JsonNode now = json(post("/organization", Map.of("accept", true, "fingerprint", fingerprint)));
            assertEquals(fingerprint, now.path("credential").path("fingerprint").asText());
            assertEquals(
                    "bbbb-2222", now.path("credential").path("organization").asText());
            assertEquals("build machine", now.path("credential").path("label").asText());
            JsonNode complete = page.until("complete");
            assertEquals(
                    fingerprint, complete.path("credential").path("fingerprint").asText());
        }
        assertEquals(OTHER_TOKEN, stored());
        refused(410, "timed_out", post("/organization", Map.of("accept", true)));
        assertTrue(server.audited.stream().anyMatch(line -> line.contains("event=organization_accepted owner=anna")));
        assertTrue(server.audited.stream().anyMatch(line -> line.contains("event=login_completed owner=anna")));
    }

    private void signInWithTheOther(SocketClient page) throws Exception {
        server.startToPrompt(page);
        page.submit(CODE);
        page.until("status");
        server.setupToken.last().showsToken(OTHER_TOKEN);
    }

    @Test
    void afterANoTheOldCredentialStays() throws Exception {
        twoOrganizations();
        server.signIn();
        refused(409, "other_organization", takeOver(OTHER_TOKEN));
        assertEquals(TOKEN, stored());
        JsonNode now = json(post("/organization", Map.of("accept", false)));
        assertTrue(now.path("credential").path("otherOrganization").isMissingNode());
        assertEquals(TOKEN, stored());
        assertTrue(server.audited.stream().anyMatch(line -> line.contains("event=organization_asked")));
        assertTrue(server.audited.stream().anyMatch(line -> line.contains("event=organization_refused")));
    }

    @Test
    void theQuestionSurvivesARestartAndGoesForAnApiKeyToo() throws Exception {
        twoOrganizations();
        server.signIn();
        refused(409, "other_organization", post("", Map.of("apiKey", API_KEY)));
        startAnew(setting());
        assertEquals(
                "api_key",
                status().path("credential")
                        .path("otherOrganization")
                        .path("method")
                        .asText());
        assertEquals(TOKEN, stored());
        assertEquals(
                "api_key",
                json(post("/organization", Map.of("accept", true)))
                        .path("credential")
                        .path("method")
                        .asText());
        assertEquals(API_KEY, stored());
    }

    @Test
    void nobodyIsAskedAboutAnUnknownOrganizationOrAfterSigningOut() throws Exception {
        server.signIn();
        twoOrganizations();
        // that of the old one is not known
        assertEquals(200, takeOver(OTHER_TOKEN).statusCode());
        organizations(Map.of("sk-ant-oat01-U", "bbbb-2222"));
        // that of the new one is not known
        assertEquals(200, takeOver(TOKEN).statusCode());
        twoOrganizations();
        assertEquals(200, takeOver(TOKEN).statusCode());
        server.send("DELETE", AUTH, null, ANNAS);
        assertEquals(200, takeOver(OTHER_TOKEN).statusCode());
        assertEquals(OTHER_TOKEN, stored());
    }

    @Test
    void signingOutThrowsAwayWhatWaitsToo() throws Exception {
        twoOrganizations();
        server.signIn();
        refused(409, "other_organization", takeOver(OTHER_TOKEN));
        server.send("DELETE", AUTH, null, ANNAS);
        assertTrue(status().path("credential").isMissingNode());
        refused(404, "signed_out", post("/organization", Map.of("accept", true)));
        assertEquals("", stored());
    }

    // ---- held back

    @Test
    void aCredentialThatIsHeldBackIsHandedToNobodyUntilItIsReleased() throws Exception {
        refused(404, "signed_out", post("/hold", Map.of("held", true)));
        server.signIn();
        refused(400, "bad_message", post("/hold", Map.of()));
        refused(400, "bad_message", post("/hold", Map.of("held", 1)));
        try (SocketClient page = server.connectAs(KEY)) {
            page.status();
            assertFalse(json(post("/hold", Map.of("held", true)))
                    .path("credential")
                    .path("heldSince")
                    .isMissingNode());
            JsonNode told = page.next("status");
            assertEquals("signed_in", told.path("state").asText());
            String since = told.path("credential").path("heldSince").asText();
            post("/hold", Map.of("held", true));
            assertEquals(since, status().path("credential").path("heldSince").asText());
            refused(409, "held", server.get(AUTH + "/env", A_SANDBOX));
            page.send("{\"event\":\"claude.chat.prompt\",\"data\":{\"id\":\"1\",\"prompt\":\"Hello\"}}");
            JsonNode unanswered = page.next();
            assertEquals("claude.chat.error", unanswered.path("event").asText());
            assertEquals("held", unanswered.path("data").path("reason").asText());
            assertEquals(200, post("/validate", Map.of()).statusCode());
            startAnew(setting());
            refused(409, "held", server.get(AUTH + "/env", A_SANDBOX));
            assertEquals(200, post("/hold", Map.of("held", false)).statusCode());
        }
        assertEquals(200, server.get(AUTH + "/env", A_SANDBOX).statusCode());
        assertTrue(status().path("credential").path("heldSince").isMissingNode());
        assertTrue(server.audited.stream().anyMatch(line -> line.contains("event=credential_released owner=anna")));
    }

    @Test
    void theHoldIsOfTheCredentialAndANewOneIsInUse() throws Exception {
        server.signIn();
        post("/hold", Map.of("held", true));
        // the same one, which may be the one that leaked
        assertEquals(200, takeOver(TOKEN).statusCode());
        refused(409, "held", server.get(AUTH + "/env", A_SANDBOX));
        assertEquals(200, takeOver(OTHER_TOKEN).statusCode());
        assertEquals(200, server.get(AUTH + "/env", A_SANDBOX).statusCode());
    }
}
