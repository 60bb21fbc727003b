package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer tells the browser. */
class AnswerHeadersTest extends ServerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/healthz",
                "/readyz",
                "/metrics",
                "/api/claude/auth",
                "/go/x",
                "/nothing",
                "/claude-login/go.js"
            })
    void everyAnswerForbidsTheBrowserWhatItDoesNotNeed(String path) throws Exception {
        var headers = server.get(path).headers();
        String policy = headers.firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
        assertTrue(policy.endsWith("frame-ancestors 'self'"), policy);
        assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElse(""));
        assertEquals("no-referrer", headers.firstValue("Referrer-Policy").orElse(""));
        assertTrue(headers.firstValue("Permissions-Policy").isPresent());
        assertFalse(headers.firstValue("Cache-Control").orElse("").isEmpty());
        assertEquals(Optional.empty(), headers.firstValue("Server"));
    }

    @Test
    void pagesOfConfiguredOriginsMayHoldThePageInAFrame() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withOrigins("https://app.example"));
        assertTrue(server.get("/")
                .headers()
                .firstValue("Content-Security-Policy")
                .orElse("")
                .endsWith("frame-ancestors 'self' https://app.example"));
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() throws Exception {
        HttpResponse<String> first = server.get("/claude-login/go.js");
        assertEquals("no-cache", first.headers().firstValue("Cache-Control").orElse(""));
        assertEquals(
                "*", first.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertEquals(
                "cross-origin",
                first.headers().firstValue("Cross-Origin-Resource-Policy").orElse(""));
        String etag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = server.get("/claude-login/go.js", "If-None-Match", etag);
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        assertEquals(
                200,
                server.get("/claude-login/go.js", "If-None-Match", "\"other\"").statusCode());
    }
}
