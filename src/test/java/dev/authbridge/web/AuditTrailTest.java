package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.ANNA;
import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Audit;
import dev.authbridge.access.Audit.Event;
import dev.authbridge.core.Peer;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.SecretsGrep;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Everything that matters leaves one line: who, from where, with which login. */
class AuditTrailTest extends ServerTest {
    private static final String AUTH = "/api/claude/auth";
    private static final String IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1";

    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withProxy();
    }

    private static String hash(String key) {
        return AccessKey.of(ANNA, key, Set.of()).sha256().substring(0, 8);
    }

    /** The line that comes next, without the ids, which differ each time; login and session only say whether they are there. */
    private String next() {
        Eventually.waitUntil(Duration.ofSeconds(10), () -> !server.audited.isEmpty(), () -> "no line came");
        return server.audited.remove(0).replaceAll("(session|login|fingerprint)=[A-Za-z0-9_-]+", "$1");
    }

    private HttpResponse<String> send(String method, String path, String body, String key) throws Exception {
        return server.send(
                method,
                path,
                body,
                "Authorization",
                "Bearer " + key,
                "User-Agent",
                IPHONE,
                "X-Forwarded-For",
                "203.0.113.9",
                "X-Forwarded-Proto",
                "https");
    }

    private static String line(String event, String key, String more) {
        return "audit event=" + event + " owner=anna keyHash=" + hash(key)
                + " address=203.0.113.9 device=\"Safari on iPhone\"" + more;
    }

    @Test
    void aLoginLeavesALineForEachStep() throws Exception {
        try (SecretsGrep grep = SecretsGrep.open();
                SocketClient page = server.connectAs(KEY)) {
            page.start();
            page.next("status");
            assertEquals(
                    "audit event=login_started owner=anna keyHash=" + hash(KEY)
                            + " address=127.0.0.1 device=\"unknown device\" login",
                    next());
            server.setupToken.last().showsUrl(STATE);
            page.until("url");
            page.submit(CODE);
            assertTrue(next().startsWith("audit event=code_submitted owner=anna keyHash=" + hash(KEY)));
            server.setupToken.last().showsToken(TOKEN);
            page.until("complete");
            assertEquals(
                    "audit event=login_completed owner=anna address=127.0.0.1 device=\"unknown device\" login fingerprint",
                    next());
            assertEquals(200, send("GET", AUTH + "/env", null, READER_KEY).statusCode());
            assertEquals(line("credential_handed_over", READER_KEY, " fingerprint"), next());
            assertEquals(200, send("DELETE", AUTH, null, KEY).statusCode());
            assertEquals(line("signed_out", KEY, ""), next());
            assertEquals(200, send("DELETE", AUTH, null, KEY).statusCode());
            assertEquals(
                    200,
                    send("POST", AUTH, "{\"apiKey\":\"sk-ant-api03-" + "x".repeat(95) + "\"}", KEY)
                            .statusCode());
            assertEquals(line("api_key_stored", KEY, " fingerprint"), next());
            assertEquals(List.of(), server.audited);
            grep.secret(KEY).secret(READER_KEY).secret(CODE).assertNothingFound();
        }
    }

    @Test
    void aLoginThatIsCancelledOrFailsSaysSo() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.cancel();
            page.next("status");
            assertEquals(List.of(), server.audited, "there was nothing to cancel");
            page.start();
            page.next("status");
            next();
            page.cancel();
            page.until("error");
            List<String> both = List.of(next(), next());
            assertTrue(
                    both.stream().anyMatch(line -> line.startsWith("audit event=login_cancelled owner=anna keyHash=")));
            assertTrue(both.stream()
                    .anyMatch(line -> line.startsWith("audit event=login_failed owner=anna")
                            && line.endsWith("login reason=cancelled")));
        }
    }

    @Test
    void aSessionLeavesALineAtItsBeginningAndAtItsEnd() throws Exception {
        HttpResponse<String> opened =
                server.send("POST", "/api/session", "{\"key\":\"" + KEY + "\"}", "Origin", server.origin());
        String first = next();
        assertTrue(first.startsWith("audit event=session_opened owner=anna keyHash=" + hash(KEY)), first);
        assertTrue(first.endsWith(" session"), first);
        String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        server.send("DELETE", "/api/session", null, "Cookie", cookie, "Origin", server.origin());
        String ended = next();
        assertTrue(ended.startsWith("audit event=session_ended owner=anna keyHash=" + hash(KEY)), ended);
        assertTrue(ended.endsWith(" session"), ended);
        server.send("DELETE", "/api/session", null, "Cookie", cookie, "Origin", server.origin());
        assertEquals(List.of(), server.audited, "it had ended before");
    }

    @Test
    void aDeviceLeavesALineWhenItIsInvitedJoinsAndIsThrownOut() throws Exception {
        JsonNode pairing = ProxiedRequest.post(
                server.port,
                AUTH + "/device",
                "bridge.example.org",
                "Authorization: Bearer " + KEY + "\r\nX-Forwarded-Proto: https\r\n");
        String link = pairing.path("link").asText();
        assertTrue(next().startsWith("audit event=login_started owner=anna"));
        assertTrue(next().startsWith("audit event=device_invited owner=anna keyHash=" + hash(KEY)));
        server.send(
                "POST",
                "/d/" + link.substring(link.indexOf('#') + 1),
                null,
                "User-Agent",
                IPHONE,
                "X-Forwarded-For",
                "198.51.100.4");
        assertEquals(
                "audit event=device_joined owner=anna keyHash=" + hash(KEY)
                        + " address=198.51.100.4 device=\"Safari on iPhone\" login",
                next());
        send("DELETE", AUTH + "/device", null, KEY);
        assertEquals(line("device_thrown_out", KEY, " joined=true"), next());
    }

    @Test
    void aKeyWithoutTheScopeIsWrittenDownOnceAMinute() throws Exception {
        for (int time = 0; time < 5; time++) {
            assertEquals(403, send("GET", AUTH + "/env", null, KEY).statusCode());
            assertEquals(403, send("DELETE", AUTH, null, READER_KEY).statusCode());
        }
        assertEquals(line("scope_refused", KEY, " scope=read-credential times=1"), next());
        assertEquals(line("scope_refused", READER_KEY, " scope=login times=1"), next());
        assertEquals(List.of(), server.audited);
        server.timers.turn(Duration.ofMinutes(1));
        send("GET", AUTH + "/env", null, KEY);
        assertEquals(line("scope_refused", KEY, " scope=read-credential times=5"), next());
    }

    @Test
    void aSandboxThatAsksForASocketIsWrittenDown() throws Exception {
        try {
            server.connectAs(READER_KEY).close();
        } catch (java.util.concurrent.ExecutionException e) {
            assertTrue(e.getCause().toString().contains("WebSocketHandshakeException"), e.toString());
        }
        assertTrue(next().startsWith("audit event=scope_refused owner=anna keyHash=" + hash(READER_KEY)));
    }

    @Test
    void strangersCauseNoLine() throws Exception {
        server.get(AUTH);
        send("GET", AUTH, null, "wrong-wrong-wrong-wrong");
        server.send("POST", "/d/nobody-knows-this-one1", null);
        server.get("/go/nobody-knows-this-one1");
        server.send("DELETE", "/api/session", null, "Origin", server.origin());
        assertEquals(200, send("GET", AUTH, null, OTHER_KEY).statusCode());
        assertEquals(List.of(), server.audited);
    }

    @Test
    void eachLineIsAJsonObjectOnDemand() throws Exception {
        List<String> lines = new ArrayList<>();
        Audit audit = new Audit(true, server.timers::now, lines::add);
        audit.record(
                Event.LOGIN_FAILED,
                ANNA,
                Optional.of("0123456789abcdef"),
                new Peer("2001:db8::1", "a \"device\" \\ \u009b\n"),
                "login",
                "");
        JsonNode line = new ObjectMapper().readTree(lines.get(0));
        assertEquals(
                "{\"time\":\"2026-11-22T12:00:00Z\",\"event\":\"login_failed\",\"owner\":\"anna\",\"keyHash\":\"01234567\","
                        + "\"address\":\"2001:db8::1\",\"device\":\"a \\\"device\\\" \\\\\"}",
                line.toString());
        assertFalse(lines.get(0).contains("\n"));
    }
}
