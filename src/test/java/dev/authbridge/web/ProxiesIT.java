package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.TOKEN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Look;
import dev.authbridge.support.Needs;
import dev.authbridge.support.ServerPem;
import dev.authbridge.support.TestAuthority;
import dev.authbridge.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The configurations in {@code docs/proxies.md}, run by the real proxies. */
class ProxiesIT extends ServerTest {
    private final TestAuthority authority = new TestAuthority();
    private int port;
    private ProxyProcess proxy;

    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withProxy();
    }

    @AfterEach
    void stopProxy() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
    }

    @Test
    @Needs(Tool.NGINX)
    void nginxCarriesASignInAndNoForgedHeader() throws Exception {
        ServerPem pem = ServerPem.in(folder, authority, "localhost");
        proxy = ProxyProcess.nginx(folder, free -> inTheDocs("nginx")
                .replace("listen 443 ssl;", "listen 127.0.0.1:" + free + " ssl;")
                .replace(
                        "/etc/ssl/bridge.example.org/fullchain.pem",
                        pem.certificate().toString())
                .replace("/etc/ssl/bridge.example.org/key.pem", pem.key().toString()));
        assertCarriesASignInAndNoForgedHeader();
    }

    /** The inner one sets the header anew, as the configuration of a single proxy does. */
    @Test
    @Needs({Tool.NGINX, Tool.CHROMIUM})
    void behindTwoProxiesThePageNamesTheHeaderThatTheInnerOneSpoils() throws Exception {
        ServerPem pem = ServerPem.in(folder, authority, "localhost");
        String headers =
                "proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade;"
                        + " proxy_set_header Connection upgrade; proxy_set_header X-Forwarded-Proto $scheme;";
        String socket = folder.resolve("inner.sock").toString();
        proxy = ProxyProcess.nginx(
                folder,
                free -> "server { listen 127.0.0.1:" + free + " ssl; ssl_certificate " + pem.certificate()
                        + "; ssl_certificate_key " + pem.key() + "; " + headers
                        + " location / { proxy_pass http://unix:" + socket + "; } }\nserver { listen unix:" + socket
                        + "; "
                        + headers + " location / { proxy_pass http://127.0.0.1:" + server.port + "; } }\n");
        try (BrowserContext context =
                Browsers.chromium().newContext(Look.DESKTOP.options().setIgnoreHTTPSErrors(true))) {
            Page page = context.newPage();
            page.navigate("https://localhost:" + proxy.port() + "/#key=" + KEY);
            assertThat(page.locator("claude-login h2")).hasText("This page cannot connect");
            assertThat(page.locator("claude-login .lead")).containsText("X-Forwarded-Proto says \"http\"");
        }
    }

    @Test
    @Needs(Tool.HAPROXY)
    void haproxyCarriesASignInAndNoForgedHeader() throws Exception {
        ServerPem pem = ServerPem.in(folder, authority, "localhost");
        Path both = Files.writeString(
                folder.resolve("both.pem"), Files.readString(pem.certificate()) + Files.readString(pem.key()));
        proxy = ProxyProcess.haproxy(folder, free -> inTheDocs("haproxy")
                .replace("bind :443 ", "bind 127.0.0.1:" + free + " ")
                .replace("/etc/haproxy/bridge.example.org.pem", both.toString()));
        assertCarriesASignInAndNoForgedHeader();
    }

    /** The first block of that language, for the server of this test. */
    private String inTheDocs(String language) throws IOException {
        return ProxyProcess.inTheDocs(language).get(0).replace("127.0.0.1:8765", "127.0.0.1:" + server.port);
    }

    /**
     * The client is at a trusted address, 127.0.0.1, so that an address which it forges would be believed if the proxy
     * appended to the header instead of replacing it.
     */
    private void assertCarriesASignInAndNoForgedHeader() throws Exception {
        port = proxy.port();
        HttpClient http =
                HttpClient.newBuilder().sslContext(authority.trusting()).build();
        String[] headers = {
            "Authorization", "Bearer " + KEY,
            // Accepted only if Host, with its port, and the scheme get through.
            "Origin", "https://localhost:" + port,
            "X-Forwarded-For", "203.0.113.66",
            "X-Forwarded-Proto", "http",
            "Forwarded", "for=203.0.113.66;proto=http"
        };
        URI socket = URI.create("wss://localhost:" + port + "/api/claude/auth/socket");
        try (SocketClient page = SocketClient.open(http, socket, headers)) {
            JsonNode url = server.startToPrompt(page);
            assertEquals("127.0.0.1", url.path("startedBy").path("address").asText());
            page.submit(CODE);
            assertEquals("verifying", page.nextState());
            server.setupToken.last().showsToken(TOKEN);
            assertTrue(page.until("complete").path("success").asBoolean());
        }
        String body = "{\"key\":\"" + KEY + "\"}";
        String answer =
                answer("POST /api/session HTTP/1.1\r\nHost: localhost:" + port + "\r\nOrigin: https://localhost:"
                        + port + "\r\nX-Forwarded-Proto: http\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length()
                        + "\r\nConnection: close\r\n\r\n" + body);
        assertTrue(answer.startsWith("HTTP/1.1 204 ") && answer.contains("__Host-"), answer);
        assertTrue(answer("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 421 "));
    }

    private String answer(String request) throws IOException {
        try (SSLSocket socket = (SSLSocket)
                authority.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
