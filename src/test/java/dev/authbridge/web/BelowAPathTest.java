package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with {@code CLAUDE_AUTH_BASE_PATH=/tools/claude}, behind a proxy that removes the path or not; one for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BelowAPathTest {
    private static final Pattern ADDRESS = Pattern.compile("(?:href|src|url)=\"?([^\"> ]+)");

    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = new RunningServer(
                folder,
                RunningServer.Setting.USUAL
                        .withOrigins("https://app.example")
                        .withProxy()
                        .withBasePath("/tools/claude/"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                // request line; further header lines, separated by |; status; a header of the answer
                // As the proxy sends it that does not remove the path.
                "GET /tools/claude/;                            -; 200; content-type: text/html",
                "HEAD /tools/claude/;                           -; 200; -",
                "GET /tools/claude/?a=b;                        -; 200; -",
                "GET /tools/claude/chat;                        -; 200; -",
                "GET /tools/claude/d;                           -; 200; -",
                "GET /tools/claude/claude-login/;               -; 200; access-control-allow-origin: *",
                "GET /tools/claude/claude-login/claude-login.js; -; 200; access-control-allow-origin: *",
                "GET /tools/claude/icon.svg;                    -; 200; -",
                "GET /tools/claude/healthz;                     -; 200; -",
                "GET /tools/claude/readyz;                      Host: 192.0.2.7; 200; -",
                "GET /tools/claude/readyz;                      Origin: https://app.example; 200; access-control-allow-origin: https://app.example",
                "OPTIONS /tools/claude/api/claude/auth;         Origin: https://app.example; 204; access-control-allow-origin: https://app.example",
                "GET /tools/claude/api/claude/auth;             -; 401; www-authenticate: Bearer realm=\"claude-auth-bridge\"",
                "GET /tools/claude/api/claude/auth;             Authorization: Bearer KEY; 200; -",
                "DELETE /tools/claude/api/claude/auth/env;      -; 405; allow: GET, POST",
                "GET /tools/claude/api/claude/auth/socket;      UPGRADE|Authorization: Bearer KEY; 101; -",
                "GET /tools/claude/d/api/claude/auth;           -; 401; -",
                "POST /tools/claude/d/forged;                   -; 410; -",
                "GET /tools/claude/go/forged;                   -; 410; content-type: text/html",
                "POST /tools/claude/go/forged;                  -; 410; -",
                "GET /tools/claude/nothing;                     -; 404; content-type: application/problem+json",
                "GET /tools/claude/chat/x;                      -; 404; -",
                "GET /tools/claude/index.html/;                 -; 404; -",
                "TRACE /tools/claude/;                          -; 405; -",
                // As the proxy sends it that does, and as monitors do.
                "GET /;                                         -; 200; -",
                "GET /healthz;                                  -; 200; -",
                "GET /api/claude/auth;                          Authorization: Bearer KEY; 200; -",
                // As a proxy sends it whose configuration replaces "/tools/claude" instead of "/tools/claude/" with
                // "/".
                "GET //;                                        -; 200; content-type: text/html",
                "GET //chat;                                    -; 200; -",
                "GET //claude-login/claude-login.js;            -; 200; -",
                "GET //claude-login;                            -; 302; location: ./claude-login/",
                "GET //api/claude/auth;                         Authorization: Bearer KEY; 200; -",
                "GET //go/forged;                               -; 410; -",
                "DELETE //api/claude/auth/env;                  -; 405; -",
                // Slashes. The browser keeps what is behind the # of the printed link.
                "GET /tools/claude;                             -; 302; location: ./claude/",
                "HEAD /tools/claude;                            -; 302; location: ./claude/",
                "POST /tools/claude;                            -; 405; -",
                "GET /tools/claude/claude-login;                -; 302; location: ./claude-login/",
                "GET /tools/claude/chat/;                       -; 302; location: ../chat",
                "GET /tools/claude/d/;                          -; 302; location: ../d",
                "GET /claude-login;                             -; 302; location: ./claude-login/",
                "GET /chat/;                                    -; 302; location: ../chat",
                "GET /tools/claude/?slash.js;                   -; 200; content-type: text/javascript",
                "GET /?slash.js;                                -; 200; content-type: text/javascript",
                "GET /index.html?slash.js;                      -; 200; content-type: text/javascript",
                "GET /?../slash.js;                             -; 200; content-type: text/html",
                "GET /?/etc/passwd;                             -; 200; content-type: text/html",
                "GET /chat?slash.js;                            -; 200; content-type: text/html",
                // Neither.
                "GET /tools;                                    -; 404; -",
                "GET /tools/;                                   -; 404; -",
                "GET /tools/claudette;                          -; 404; -",
                "GET /tools/claude.html;                        -; 404; -",
                "GET /TOOLS/CLAUDE/chat;                        -; 404; -",
                "GET /tools%2fclaude/chat;                      -; 404; -",
                "GET /tools/claude/tools/claude/chat;           -; 404; -",
                "GET /tools/claude/%2e%2e/%2e%2e/etc/passwd;    -; 404; -",
                "GET /tools/claude/%zz;                         -; 400; content-type: application/problem+json",
                "GET /tools/claude/go/%zz;                      -; 400; -",
                "GET /tools/claude/%252e%252e/pom.xml;          -; 404; -",
                "GET /tools/claude/;                            Host: evil.example; 421; content-type: application/problem+json",
                "GET /tools/claude;                             Host: evil.example; 421; -",
                "POST /tools/claude/api/session;                Origin: https://other.example; 403; -",
                // What a client says about the path counts for nothing.
                "GET /x/healthz;                                X-Forwarded-Prefix: /x; 404; -",
                "GET /;                                         X-Forwarded-Prefix: //evil.example; 200; -",
                "GET /tools/claude;                             X-Forwarded-Prefix: //evil.example; 302; location: ./claude/",
                "GET /tools/claude;                             X-Forwarded-Host: evil.example; 302; location: ./claude/",
                "GET //evil.example/tools/claude;               -; 404; -",
                "GET /tools/claude//evil.example;               -; 404; -",
            })
    void isAnsweredAsIfItHadTheHostNameToItself(String line, String headers, int status, String header)
            throws Exception {
        String answer = answer(line, headers == null ? "" : headers);
        assertEquals("HTTP/1.1 " + status, answer.substring(0, 12), answer);
        assertTrue(header == null || answer.toLowerCase().contains("\r\n" + header.toLowerCase()), answer);
        assertTrue(answer.toLowerCase().contains("content-security-policy: ") || status == 101, answer);
        assertFalse(answer.contains("evil"), answer);
    }

    @Test
    void thePathIsRemovedOnceHoweverOftenItIsSent() throws Exception {
        assertTrue(answer("GET " + "/tools/claude".repeat(300) + "/", "").startsWith("HTTP/1.1 404"));
    }

    /** As a browser resolves them, below a path that the server does not see. */
    @Test
    void theAddressesOnThePageBehindTheSignInLinkAreRelative() throws Exception {
        String link = json(server.get("/tools/claude/api/claude/auth", "Authorization", "Bearer " + KEY))
                .path("link")
                .asText();
        for (String path :
                new String[] {"/go/forged", "/go/forged/", "/tools/claude/go/forged/", "/tools/claude" + link}) {
            String page = server.get(path).body();
            URI browser = URI.create("https://host/taken-out" + path.replace("/tools/claude", ""));
            List<String> addresses = ADDRESS.matcher(page)
                    .results()
                    .map(found -> browser.resolve(found.group(1)).getPath())
                    .toList();
            Stream.of("/icon.svg", "/claude-login/go.css")
                    .forEach(file -> assertTrue(addresses.contains("/taken-out" + file), page));
            assertEquals(path.contains("forged") ? 2 : 4, addresses.size(), page);
            addresses.forEach(address ->
                    assertTrue(address.matches("/taken-out/(icon.svg|claude-login/.*|go/[A-Za-z0-9_-]{32})"), address));
        }
    }

    /** A page says where it is; for a program, it is what is configured. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "/tools/claude; -;                                        /tools/claude/d#",
                "'';            -;                                        /tools/claude/d#",
                "'';            {};                                       /tools/claude/d#",
                "'';            {\"path\": \"/tools/claude/\"};           /tools/claude/d#",
                "'';            {\"path\": \"/tools/claude\"};            /tools/claude/d#",
                "'';            {\"path\": \"/user/anna%40x.org/proxy/8765/\"}; /user/anna%40x.org/proxy/8765/d#",
                "'';            {\"path\": \"/api/hassio_ingress/kX-3_q/\"}; /api/hassio_ingress/kX-3_q/d#",
                "/tools/claude; {\"path\": \"/\"};                        /d#",
            })
    void theLinkForAnotherDeviceIsBelowThePath(String path, String body, String link) throws Exception {
        JsonNode answer = ProxiedRequest.post(
                server.port,
                path + "/api/claude/auth/device",
                "bridge.example.org",
                "Authorization: Bearer " + KEY
                        + "\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /forged\r\nContent-Type: application/json\r\n",
                Optional.ofNullable(body).orElse(""));
        assertTrue(answer.path("link").asText().startsWith("https://bridge.example.org" + link), answer.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"", "\"tools\"", "\"//evil.example\"", "\"/\\\\evil.example\"", "\"/../x\"", "\"/x/./y\"",
                        "\"/x//y\"",
                "\"/%2e%2e/x\"", "\"/x%2fy\"", "\"/x%5cy\"", "\"/x%00\"", "\"/x\\u0000\"", "\"/x\\r\\nX: y\"",
                        "\"/x?y\"",
                "\"/x#y\"", "\"/x%\"", "\"/x%zz\"", "\"https://evil.example/\"", "\"/@evil.example/\\\"><b>\"", "1",
                        "[]",
            })
    void aPathThatIsNoneIsRefused(String path) throws Exception {
        JsonNode answer = json(server.send(
                "POST", "/api/claude/auth/device", "{\"path\":" + path + "}", "Authorization", "Bearer " + KEY));
        assertEquals("bad_message", answer.path("reason").asText(), answer.toString());
        assertFalse(answer.toString().contains("evil"), answer.toString());
    }

    private String answer(String line, String headers) throws IOException {
        String upgrade =
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
        String host = headers.contains("Host: ") && !headers.contains("-Host: ")
                ? ""
                : "Host: 127.0.0.1:" + server.port + "|";
        String body = line.startsWith("POST") ? "Content-Length: 0|" : "";
        String close = headers.contains("UPGRADE") ? "" : "Connection: close|";
        String head = line + " HTTP/1.1|" + host + body + close
                + headers.replace("UPGRADE", upgrade).replace("KEY", KEY) + (headers.isEmpty() ? "|" : "||");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.replace("|", "\r\n").getBytes(ISO_8859_1));
            byte[] answer = headers.contains("UPGRADE")
                    ? socket.getInputStream().readNBytes(12)
                    : socket.getInputStream().readAllBytes();
            return new String(answer, ISO_8859_1);
        }
    }
}
