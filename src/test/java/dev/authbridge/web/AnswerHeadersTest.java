package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of answers: security, caching, compression. */
class AnswerHeadersTest extends ServerTest {
    private static final String SCRIPT = "/claude-login/login.js";

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
        assertTrue(policy.contains(" require-trusted-types-for 'script'; trusted-types 'none';"), policy);
        assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElse(""));
        assertEquals("no-referrer", headers.firstValue("Referrer-Policy").orElse(""));
        assertTrue(headers.firstValue("Permissions-Policy").isPresent());
        assertFalse(headers.firstValue("Cache-Control").orElse("").isEmpty());
        assertEquals(Optional.empty(), headers.firstValue("Server"));
    }

    @Test
    void pagesOfConfiguredOriginsMayEmbedThePageInAFrame() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withOrigins("https://app.example"));
        assertTrue(server.get("/")
                .headers()
                .firstValue("Content-Security-Policy")
                .orElse("")
                .endsWith("frame-ancestors 'self' https://app.example"));
    }

    @Test
    void aCachedFileIsNotSentAgain() throws Exception {
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

    private HttpResponse<byte[]> script(String method, String... headers) throws Exception {
        return server.bytes(method, SCRIPT, headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZIP",
                "x-gzip",
                "gzip, deflate, br, zstd",
                "deflate;q=1.0, gzip;q=0.001",
                "br , gzip ; q=0.5",
                "*",
                "identity;q=0.5, *;q=0.7",
                "*;q=0, gzip",
            })
    void aFileIsSentCompressedToWhoTakesThat(String acceptEncoding) throws Exception {
        HttpResponse<byte[]> plain = script("GET");
        HttpResponse<byte[]> zipped = script("GET", "Accept-Encoding", acceptEncoding);
        assertEquals(200, zipped.statusCode());
        assertEquals(Optional.of("Accept-Encoding"), zipped.headers().firstValue("Vary"));
        assertEquals(Optional.of("gzip"), zipped.headers().firstValue("Content-Encoding"));
        assertEquals(
                zipped.body().length,
                zipped.headers().firstValueAsLong("Content-Length").orElseThrow());
        assertTrue(zipped.body().length < plain.body().length / 2);
        assertArrayEquals(plain.body(), new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes());
        assertEquals(
                plain.headers().firstValue("Content-Type"), zipped.headers().firstValue("Content-Type"));
        assertNotEquals(plain.headers().firstValue("ETag"), zipped.headers().firstValue("ETag"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "br",
                "gzip;q=0",
                "gzip;q=0.000, *",
                "*;q=0",
                "identity;q=0",
                "deflate, gzip;q=0.5, identity",
                "gzip;q=2",
                "gzip;q=",
                "gzip;level=9",
                "gzipped",
                ";;,,;q=1",
            })
    void aFileIsSentAsItIsToWhoDoesNotTakeItCompressed(String acceptEncoding) throws Exception {
        HttpResponse<byte[]> plain = script("GET", "Accept-Encoding", acceptEncoding);
        assertEquals(200, plain.statusCode());
        assertEquals(Optional.empty(), plain.headers().firstValue("Content-Encoding"));
        assertEquals(Optional.of("Accept-Encoding"), plain.headers().firstValue("Vary"));
        assertEquals(
                plain.body().length,
                plain.headers().firstValueAsLong("Content-Length").orElseThrow());
        assertArrayEquals(Files.readAllBytes(Path.of("webroot" + SCRIPT)), plain.body());
    }

    @Test
    void eachEncodingHasItsOwnEntityTag() throws Exception {
        String plain = script("GET").headers().firstValue("ETag").orElseThrow();
        String zipped = script("GET", "Accept-Encoding", "gzip")
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        for (String known : List.of(zipped, "W/" + zipped, "\"other\", " + zipped, "*")) {
            HttpResponse<byte[]> again = script("GET", "Accept-Encoding", "gzip", "If-None-Match", known);
            assertEquals(304, again.statusCode(), known);
            assertEquals(0, again.body().length);
            assertEquals(Optional.of(zipped), again.headers().firstValue("ETag"));
            assertEquals(Optional.of("Accept-Encoding"), again.headers().firstValue("Vary"));
            assertEquals(Optional.empty(), again.headers().firstValue("Content-Encoding"));
        }
        assertEquals(
                200,
                script("GET", "Accept-Encoding", "gzip", "If-None-Match", plain).statusCode());
        assertEquals(200, script("GET", "If-None-Match", zipped).statusCode());
        assertEquals(
                304,
                script("GET", "If-None-Match", zipped, "If-None-Match", plain).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity"})
    void headSaysWhatGetWould(String acceptEncoding) throws Exception {
        HttpResponse<byte[]> get = script("GET", "Accept-Encoding", acceptEncoding);
        HttpResponse<byte[]> head = script("HEAD", "Accept-Encoding", acceptEncoding);
        assertEquals(200, head.statusCode());
        assertEquals(0, head.body().length);
        assertEquals(get.headers().map(), head.headers().map());
    }

    @Test
    void answersThatMayContainASecretAreNeverCompressed() throws Exception {
        for (String path : List.of("/api/claude/auth", "/readyz", "/metrics", "/go/x", "/nothing")) {
            HttpResponse<byte[]> answer =
                    server.bytes("GET", path, "Accept-Encoding", "gzip", "Authorization", "Bearer " + KEY);
            assertEquals(Optional.empty(), answer.headers().firstValue("Content-Encoding"), path);
        }
    }
}
