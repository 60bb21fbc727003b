package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Requests that show more than a session or an access key, such as the login of a proxy, or the cookies of other bridges. */
class TwoAuthenticationsTest extends ServerTest {
    private static final String AUTH = "/api/claude/auth";

    /** Header and payload that mean nothing, and what stands for a signature. */
    private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl";

    /** What proxies send in {@code Authorization}, and what no access key can be. */
    private static final List<String> FOREIGN = List.of(
            "Basic YW5uYTpwYXNz",
            "basic YW5uYTpwYXNz",
            "Digest username=\"anna\", realm=\"proxy\", nonce=\"x\", uri=\"/\", response=\"y\"",
            "Negotiate YIIB",
            "NTLM TlRMTVNT",
            "token 0123456789abcdef0123456789abcdef",
            "AWS4-HMAC-SHA256 Credential=x",
            "Bearer",
            "Bearer " + JWT,
            "bearer " + JWT,
            "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
            "Bearer eyAiYWxnIjogIlJTMjU2IiB9.e30.c2ln",
            "Bearer eyJlbmMiOiJBMjU2R0NNIn0..aXY.dGV4dA.dGFn",
            "Bearer " + "x".repeat(600),
            "");

    private String[] withSession(String cookie, String... authorizations) {
        List<String> headers = new ArrayList<>(List.of(server.fromOwnPage(cookie)));
        for (String authorization : authorizations) {
            headers.add("Authorization");
            headers.add(authorization);
        }
        return headers.toArray(String[]::new);
    }

    @Test
    void besideTheLoginOfAProxyTheSessionCounts() throws Exception {
        String cookie = server.openSession(KEY);
        for (String foreign : FOREIGN) {
            HttpResponse<String> answer = server.get(AUTH, withSession(cookie, foreign));
            assertEquals(200, answer.statusCode(), foreign);
            assertEquals("anna", json(answer).path("owner").asText());
            try (SocketClient page = server.connect(withSession(cookie, foreign))) {
                assertEquals("signed_out", page.state());
            }
        }
        assertEquals(
                200,
                server.get(AUTH, withSession(cookie, FOREIGN.toArray(String[]::new)))
                        .statusCode());
        assertEquals(
                204,
                server.send("DELETE", "/api/session", null, withSession(cookie, FOREIGN.get(0)))
                        .statusCode());
    }

    @Test
    void aForeignLoginIsNoWrongKey() throws Exception {
        for (int turn = 0; turn < 15; turn++) {
            for (String foreign : FOREIGN) {
                assertEquals(401, server.get(AUTH, "Authorization", foreign).statusCode(), foreign);
            }
        }
        JsonNode told = json(server.get(AUTH, "Authorization", "Basic YW5uYTpwYXNz"));
        assertTrue(told.path("detail").asText().contains("Authorization"), told.toString());
        // Such a client identifies itself in its first message, like one without the header.
        try (SocketClient page = server.connect("Authorization", "Bearer " + JWT)) {
            page.say("status", "{\"key\":\"" + KEY + "\"}");
            assertEquals("anna", page.next("status").path("owner").asText());
        }
        assertEquals(
                401,
                server.get(AUTH, "Authorization", "Bearer a-wrong-key-a-wrong-key")
                        .statusCode());
    }

    @Test
    void anAccessKeyCountsBeforeTheSessionAndBesideALoginOfAProxy() throws Exception {
        String cookie = server.openSession(KEY);
        assertEquals("ben", owner(withSession(cookie, "Bearer " + OTHER_KEY)));
        assertEquals("ben", owner("Authorization", "Basic YW5uYTpwYXNz", "Authorization", "Bearer " + OTHER_KEY));
        assertEquals("ben", owner("Authorization", "Bearer " + OTHER_KEY, "Authorization", "Bearer " + JWT));
        assertEquals("ben", owner("Authorization", "bearer  " + OTHER_KEY, "Authorization", "Bearer " + OTHER_KEY));
    }

    private String owner(String... headers) throws Exception {
        return json(server.get(AUTH, headers)).path("owner").asText();
    }

    /** The person may mean the owner of that key, and must not act as another one. */
    @Test
    void aWrongKeyMayBeAProxysTokenSoTheSessionCounts() throws Exception {
        String cookie = server.openSession(KEY);
        for (int request = 0; request < 30; request++) {
            JsonNode status =
                    json(server.get(AUTH, withSession(cookie, "Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a")));
            assertEquals("anna", status.path("owner").asText(), status.toString());
        }
        JsonNode wrong = json(server.get(AUTH, "Authorization", "Bearer a-wrong-key-a-wrong-key"));
        assertEquals(401, wrong.path("status").asInt(), "no wrong key was counted before this one");
        assertTrue(wrong.path("detail").asText().contains("key is not right"), wrong.toString());
        JsonNode both = json(server.get(AUTH, withSession(cookie, "Bearer " + KEY, "Bearer " + OTHER_KEY)));
        assertEquals(401, both.path("status").asInt());
        assertTrue(both.path("detail").asText().contains("more than one"), both.toString());
    }

    @Test
    void theCookiesOfAHundredBridgesOnOneHostNameDoNotMatter() throws Exception {
        String cookie = server.openSession(KEY);
        assertTrue(cookie.startsWith("claude-auth-" + RunningServer.COOKIE_SUFFIX + "="), cookie);
        String value = cookie.substring(cookie.indexOf('=') + 1);
        String others = String.join(
                "; ",
                Stream.iterate(1, number -> number + 1)
                        .limit(100)
                        .map(number ->
                                String.format("claude-auth-%08x=%s", number, value.toUpperCase(java.util.Locale.ROOT)))
                        .toList());
        assertEquals("anna", owner(server.fromOwnPage(others + "; " + cookie)));
        assertEquals("anna", owner(server.fromOwnPage(cookie + "; " + others)));
        assertEquals(401, server.get(AUTH, server.fromOwnPage(others)).statusCode());
        // The same value under the name of another bridge is that bridge's.
        assertEquals(
                401,
                server.get(AUTH, server.fromOwnPage("claude-auth-0a1b2c3e=" + value))
                        .statusCode());
    }

    @Test
    void aCookieFromBeforeTheNamesHadASuffixCountsAsLongAsItsSessionLasts() throws Exception {
        String cookie = server.openSession(KEY);
        String former = "claude-auth=" + cookie.substring(cookie.indexOf('=') + 1);
        assertEquals("anna", owner(server.fromOwnPage(former)));
        // That of another bridge, whose name had no suffix either, does not matter.
        assertEquals("anna", owner(server.fromOwnPage("claude-auth=of-another-bridge; " + cookie)));
        HttpResponse<String> asked =
                server.send("POST", "/api/session", "{\"key\":\"" + OTHER_KEY + "\"}", server.fromOwnPage(former));
        assertEquals(409, asked.statusCode());
        // The new session takes the place of the former one.
        String next = RunningServer.cookie(
                server.send("POST", "/api/session", "{\"key\":\"" + KEY + "\"}", server.fromOwnPage(former)));
        assertEquals("anna", owner(server.fromOwnPage(former + "; " + next)));
        assertEquals(401, server.get(AUTH, server.fromOwnPage(former)).statusCode());
    }
}
