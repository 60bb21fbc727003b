package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.credential.CredentialCheck.Validity;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestTest extends ServerTest {
    private static final String AUTH = "/api/claude/auth";
    private static final String BEARER = "Authorization";
    private static final String API_KEY = "sk-ant-api03-" + "K".repeat(95);

    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withOrigins("https://app.example");
    }

    private static String bearer(String key) {
        return "Bearer " + key;
    }

    private static void assertProblem(int status, String reason, HttpResponse<String> response) throws Exception {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(
                "application/problem+json",
                response.headers().firstValue("Content-Type").orElse(""));
        assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""));
        JsonNode problem = json(response);
        assertEquals(reason, problem.path("reason").asText());
        assertEquals(status, problem.path("status").asInt());
        assertFalse(problem.path("detail").asText().isEmpty());
    }

    @Test
    void theStatusIsTheSameAsOnTheSocket() throws Exception {
        HttpResponse<String> response = server.get(AUTH, BEARER, bearer(KEY));
        assertEquals(200, response.statusCode());
        assertEquals("signed_out", json(response).path("state").asText());
        assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""));
        server.signIn();
        JsonNode status = json(server.get(AUTH, BEARER, bearer(KEY)));
        assertEquals("signed_in", status.path("state").asText());
        JsonNode credential = status.path("credential");
        assertEquals("oauth_token", credential.path("method").asText());
        assertEquals("bridge", credential.path("source").asText());
        assertEquals("valid", credential.path("validity").asText());
        assertEquals("200", credential.path("said").asText());
        assertTrue(credential.path("expiresAtEstimated").asBoolean());
        assertEquals(
                "signed_out",
                json(server.get(AUTH, BEARER, bearer(OTHER_KEY))).path("state").asText());
    }

    @Test
    void withoutAValidKeyNothingIsRevealed() throws Exception {
        HttpResponse<String> response = server.get(AUTH);
        assertProblem(401, "unauthorized", response);
        assertTrue(response.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer"));
        assertProblem(401, "unauthorized", server.get(AUTH, BEARER, bearer("a-wrong-key-a-wrong-key")));
        assertProblem(401, "unauthorized", server.get(AUTH, BEARER, "Basic YTpi"));
        assertProblem(401, "unauthorized", server.get(AUTH, "Cookie", "claude-auth=anna.9999999999.forged"));
    }

    @Test
    void afterTenWrongKeysTheRightOneIsStillAcceptedAndAWrongOneIsToldWhenToTryAgain() throws Exception {
        for (int turn = 0; turn < 10; turn++) {
            HttpResponse<String> wrong = server.get(AUTH, BEARER, bearer("a-wrong-key-" + turn));
            assertProblem(401, "unauthorized", wrong);
            assertEquals(Optional.empty(), wrong.headers().firstValue("Retry-After"));
        }
        server.timers.turn(Duration.ofMillis(4_500));
        for (HttpResponse<String> wrong : List.of(
                server.get(AUTH, BEARER, bearer("a-wrong-key-a-wrong-key")),
                server.send("POST", "/api/session", "{\"key\":\"a-wrong-key-a-wrong-key\"}"))) {
            assertProblem(429, "rate_limited", wrong);
            assertEquals(Optional.of("11"), wrong.headers().firstValue("Retry-After"));
        }
        assertEquals(200, server.get(AUTH, BEARER, bearer(KEY)).statusCode());
        assertEquals(
                204,
                server.send("POST", "/api/session", "{\"key\":\"" + OTHER_KEY + "\"}")
                        .statusCode());
        server.timers.turn(Duration.ofSeconds(11));
        assertProblem(401, "unauthorized", server.get(AUTH, BEARER, bearer("a-wrong-key-a-wrong-key")));
    }

    @Test
    void aKeyOpensASessionWhichItsCookieIdentifies() throws Exception {
        HttpResponse<String> opened = server.send("POST", "/api/session", "{\"key\":\"" + KEY + "\"}");
        assertEquals(204, opened.statusCode());
        String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.endsWith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"), cookie);
        assertFalse(cookie.contains(KEY));
        String pair = cookie.substring(0, cookie.indexOf(';'));
        assertEquals(200, server.get(AUTH, server.fromOwnPage(pair)).statusCode());
        try (SocketClient page = server.connect(server.fromOwnPage(pair))) {
            assertEquals("signed_out", page.state());
        }
        HttpResponse<String> closed = server.send("DELETE", "/api/session", null, server.fromOwnPage(pair));
        assertEquals(204, closed.statusCode());
        assertTrue(closed.headers().firstValue("Set-Cookie").orElseThrow().contains("Max-Age=0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"key\":\"a-wrong-key-a-wrong-key\"}|401|unauthorized",
                "{}|400|bad_message",
                "{\"key\":7}|400|bad_message",
                "nonsense|400|bad_message",
                "{\"key\":\"a\",\"key\":\"b\"}|400|bad_message",
            })
    void noSessionIsOpenedByAnythingElse(String body, int status, String reason) throws Exception {
        assertProblem(status, reason, server.send("POST", "/api/session", body));
    }

    @Test
    void aBodyMustBeJsonAndShort() throws Exception {
        assertProblem(413, "bad_message", server.send("POST", "/api/session", " ".repeat(16_385)));
        java.net.http.HttpRequest form = java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create(server.origin() + "/api/session"))
                .header("Content-Type", "text/plain")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"key\":\"" + KEY + "\"}"))
                .build();
        assertProblem(
                400,
                "bad_message",
                java.net.http.HttpClient.newHttpClient()
                        .send(form, java.net.http.HttpResponse.BodyHandlers.ofString()));
    }

    @Test
    void signingOutDeletesTheCredentialAndUpdatesThePages() throws Exception {
        server.signIn();
        try (SocketClient page = server.connectAs(KEY)) {
            assertEquals("signed_in", page.state());
            HttpResponse<String> response = server.send("DELETE", AUTH, null, BEARER, bearer(KEY));
            assertEquals(200, response.statusCode());
            assertTrue(json(response).path("deleted").asBoolean());
            assertEquals(
                    "https://claude.ai/settings/claude-code",
                    json(response).path("revokeAt").asText());
            assertEquals("signed_out", page.nextState());
        }
        assertFalse(json(server.send("DELETE", AUTH, null, BEARER, bearer(KEY)))
                .path("deleted")
                .asBoolean());
    }

    @Test
    void signingOutDoesNotEndAnOpenLogin() throws Exception {
        server.signIn();
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            assertEquals("starting", page.nextState());
            server.setupToken.last().showsUrl(STATE);
            page.next("url");
            server.send("DELETE", AUTH, null, BEARER, bearer(KEY));
            JsonNode status = page.until("status");
            assertEquals("awaiting_code", status.path("state").asText());
            assertTrue(status.path("credential").isMissingNode());
            assertFalse(server.setupToken.last().ended());
        }
    }

    @Test
    void anApiKeyReplacesTheTokenUnlessTheServiceRejectsIt() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            assertEquals("signed_out", page.state());
            HttpResponse<String> kept =
                    server.send("POST", AUTH, "{\"apiKey\":\" " + API_KEY + "\\n\"}", BEARER, bearer(KEY));
            assertEquals(200, kept.statusCode(), kept.body());
            assertFalse(kept.body().contains(API_KEY));
            assertEquals("api_key", json(kept).path("credential").path("method").asText());
            assertEquals("signed_in", page.nextState());
        }
        String fingerprint = json(server.get(AUTH, BEARER, bearer(KEY)))
                .path("credential")
                .path("fingerprint")
                .asText();
        assertProblem(
                422, "credential_invalid", server.send("POST", AUTH, "{\"apiKey\":\"nonsense\"}", BEARER, bearer(KEY)));
        server.serviceSays(Validity.INVALID);
        assertProblem(
                422,
                "credential_invalid",
                server.send("POST", AUTH, "{\"apiKey\":\"" + API_KEY + "x\"}", BEARER, bearer(KEY)));
        assertEquals(
                fingerprint,
                json(server.get(AUTH, BEARER, bearer(KEY)))
                        .path("credential")
                        .path("fingerprint")
                        .asText());
    }

    @Test
    void validatingAsksTheServiceAndReportsABadAnswerToThePages() throws Exception {
        assertProblem(404, "signed_out", server.send("POST", AUTH + "/validate", null, BEARER, bearer(KEY)));
        server.signIn();
        try (SocketClient page = server.connectAs(KEY)) {
            page.status();
            server.serviceSays(Validity.INVALID);
            HttpResponse<String> response = server.send("POST", AUTH + "/validate", null, BEARER, bearer(KEY));
            assertEquals(
                    "invalid",
                    json(response).path("credential").path("validity").asText());
            assertEquals(
                    "invalid",
                    page.next("status").path("credential").path("validity").asText());
        }
    }

    @Test
    void aCredentialCanBeNamed() throws Exception {
        server.signIn();
        HttpResponse<String> named =
                server.send("POST", AUTH + "/label", "{\"label\":\"build machine\"}", BEARER, bearer(KEY));
        assertEquals(
                "build machine", json(named).path("credential").path("label").asText());
    }

    @Test
    void onlyAKeyThatMayReadTheCredentialGetsTheVariables() throws Exception {
        assertProblem(404, "signed_out", server.get(AUTH + "/env", BEARER, bearer(READER_KEY)));
        server.signIn();
        HttpResponse<String> response = server.get(AUTH + "/env", BEARER, bearer(READER_KEY));
        assertEquals(200, response.statusCode());
        assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""));
        assertEquals(
                TOKEN,
                json(response).path("set").path("CLAUDE_CODE_OAUTH_TOKEN").asText());
        assertTrue(json(response).path("unset").toString().contains("\"ANTHROPIC_API_KEY\""));
        HttpResponse<String> refused = server.get(AUTH + "/env", BEARER, bearer(KEY));
        assertProblem(403, "unauthorized", refused);
        assertFalse(refused.body().contains(TOKEN));
        assertProblem(403, "unauthorized", server.send("DELETE", AUTH, null, BEARER, bearer(READER_KEY)));
        HttpResponse<String> seen = server.get(AUTH, BEARER, bearer(READER_KEY));
        assertEquals("signed_in", json(seen).path("state").asText());
        assertFalse(seen.body().contains("/go/"), "a sandbox's key opens no sign-in");
    }

    @Test
    void aPageOfAnotherOriginChangesNothing() throws Exception {
        server.signIn();
        for (String origin : new String[] {"https://evil.example", "null", "http://127.0.0.1:1"}) {
            assertProblem(
                    403, "unauthorized", server.send("DELETE", AUTH, null, BEARER, bearer(KEY), "Origin", origin));
            assertProblem(
                    403,
                    "unauthorized",
                    server.send("POST", "/api/session", "{\"key\":\"" + KEY + "\"}", "Origin", origin));
        }
        HttpResponse<String> read = server.get(AUTH, BEARER, bearer(KEY), "Origin", "https://evil.example");
        assertEquals(Optional.empty(), read.headers().firstValue("Access-Control-Allow-Origin"));
        assertEquals("signed_in", json(read).path("state").asText());
    }

    /** Also for the scripts of the login element, which such a page loads first. */
    @ParameterizedTest
    @ValueSource(strings = {AUTH, AUTH + "/socket", "/readyz", "/claude-login/claude-login.js"})
    void onlyAPageOfAConfiguredOriginMayComeFromTheInternetToAPrivateNetwork(String path) throws Exception {
        String allow = "Access-Control-Allow-Private-Network";
        String[] question = {"Access-Control-Request-Method", "GET", "Access-Control-Request-Private-Network", "true"};
        for (String origin : List.of("https://app.example", "https://evil.example", "null", server.origin())) {
            boolean configured = origin.equals("https://app.example");
            HttpResponse<String> answer = server.send(
                    "OPTIONS",
                    path,
                    null,
                    Stream.concat(Stream.of("Origin", origin), Stream.of(question))
                            .toArray(String[]::new));
            assertEquals(
                    configured ? Optional.of("true") : Optional.empty(),
                    answer.headers().firstValue(allow),
                    origin);
            assertEquals(configured, answer.statusCode() == 204, origin + ": " + answer.statusCode());
        }
        HttpResponse<String> unasked = server.send("OPTIONS", path, null, "Origin", "https://app.example");
        assertEquals(Optional.empty(), unasked.headers().firstValue(allow));
    }

    @Test
    void aPageOfAConfiguredOriginMayUseIt() throws Exception {
        HttpResponse<String> asked = server.send("OPTIONS", AUTH, null, "Origin", "https://app.example");
        assertEquals(204, asked.statusCode());
        assertEquals(
                "https://app.example",
                asked.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertTrue(asked.headers()
                .firstValue("Access-Control-Allow-Headers")
                .orElse("")
                .contains("Authorization"));
        HttpResponse<String> read = server.get(AUTH, BEARER, bearer(KEY), "Origin", "https://app.example");
        assertEquals(
                "https://app.example",
                read.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertEquals(Optional.empty(), read.headers().firstValue("Access-Control-Allow-Credentials"));
        assertEquals(
                200,
                server.send("DELETE", AUTH, null, BEARER, bearer(KEY), "Origin", "https://app.example")
                        .statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, 401",
        "null, 401",
        "https://app.example, 101",
    })
    void aSocketIsForPagesOfAllowedOriginsOnly(String origin, int status) throws Exception {
        assertEquals(status, RawSocket.answer(server.port, "Origin: " + origin + "\r\n"));
        assertEquals(101, RawSocket.answer(server.port, "Origin: " + server.origin() + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "PUT", "PATCH", "CONNECT-ME"})
    void othersMethodsAreRefused(String method) throws Exception {
        HttpResponse<String> response = server.send(method, AUTH, null);
        assertProblem(405, "bad_message", response);
        assertTrue(response.headers().firstValue("Allow").orElse("").contains("GET"));
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        for (String path :
                new String[] {"/nothing", "/../pom.xml", "/%2e%2e/pom.xml", "/claude-login/../../x", "/go/"}) {
            assertProblem(404, "bad_message", server.get(path));
        }
    }
}
