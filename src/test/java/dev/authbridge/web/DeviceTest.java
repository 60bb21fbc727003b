package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A phone goes on with the login that a desktop started. */
class DeviceTest {
    private static final String AUTH = "/api/claude/auth";

    @TempDir
    private Path folder;

    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode device() throws Exception {
        HttpResponse<String> response =
                server.send("POST", AUTH + "/device", null, "Authorization", "Bearer " + KEY, "User-Agent", "desktop");
        assertEquals(200, response.statusCode(), response.body());
        return json(response);
    }

    private String ticket() throws Exception {
        String link = device().path("link").asText();
        String start = server.origin() + "/device#";
        assertTrue(link.startsWith(start), link);
        return link.substring(start.length());
    }

    private HttpResponse<String> trade(String ticket) throws Exception {
        return server.send("POST", "/api/session", "{\"ticket\":\"" + ticket + "\"}");
    }

    private String cookie(String ticket) throws Exception {
        HttpResponse<String> response = trade(ticket);
        assertEquals(204, response.statusCode(), response.body());
        String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.endsWith("; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict"), cookie);
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @Test
    void thePhoneSeesTheLoginAndHandsItsCodeInWhileTheDesktopWatches() throws Exception {
        try (SocketClient desktop = server.connectAs(KEY)) {
            String ticket = ticket();
            assertEquals("starting", desktop.next("status").path("state").asText());
            server.setupToken.last().showsUrl(STATE);
            JsonNode url = desktop.next("url");
            try (SocketClient phone = server.connect("Cookie", cookie(ticket))) {
                assertEquals("awaiting_code", phone.status().path("state").asText());
                assertEquals(url, phone.next("url"));
                assertEquals("desktop", url.path("startedBy").path("device").asText());
                phone.say("code", "{\"code\":\"" + CODE + "\"}");
                assertEquals("verifying", desktop.next("status").path("state").asText());
                server.setupToken.last().showsToken(TOKEN);
                phone.until("complete");
                desktop.until("complete");
                assertEquals("signed_in", phone.status().path("state").asText());
            }
        }
    }

    @Test
    void aTicketIsGoodOnceAndForTenMinutes() throws Exception {
        String ticket = ticket();
        assertEquals(204, trade(ticket).statusCode());
        assertEquals(410, trade(ticket).statusCode());
        String other = ticket();
        server.timers.turn(Duration.ofMinutes(10));
        assertEquals(410, trade(other).statusCode());
    }

    @Test
    void aPassIsForItsLoginOnly() throws Exception {
        String cookie = cookie(ticket());
        try (SocketClient phone = server.connect("Cookie", cookie)) {
            phone.status();
            for (String[] action : new String[][] {
                {"DELETE", AUTH, null},
                {"POST", AUTH, "{\"apiKey\":\"x\"}"},
                {"POST", AUTH + "/device", null},
                {"POST", AUTH + "/validate", null},
                {"POST", AUTH + "/label", "{\"label\":\"x\"}"},
            }) {
                assertEquals(
                        403,
                        server.send(action[0], action[1], action[2], "Cookie", cookie)
                                .statusCode(),
                        action[1]);
            }
            assertEquals(403, server.get(AUTH + "/env", "Cookie", cookie).statusCode());
            phone.send("{\"event\":\"claude.chat.prompt\",\"data\":{\"id\":\"1\",\"prompt\":\"hi\"}}");
            assertEquals("unauthorized", phone.next("error").path("reason").asText());
            phone.send("{\"event\":\"claude.chat.stop\",\"data\":{\"id\":\"1\"}}");
            assertEquals("unauthorized", phone.next("error").path("reason").asText());
            phone.say("cancel", "{}");
            assertEquals("cancelled", phone.next("error").path("reason").asText());
            phone.say("start", "{}");
            assertEquals("timed_out", phone.next("error").path("reason").asText());
            assertEquals(1, server.setupToken.programs().size());
            try (SocketClient desktop = server.connectAs(KEY)) {
                desktop.say("start", "{}");
                desktop.next("status");
                assertEquals("unauthorized", phone.next("error").path("reason").asText());
                phone.say("code", "{\"code\":\"" + CODE + "\"}");
                assertEquals("unauthorized", phone.next("error").path("reason").asText());
            }
        }
        assertEquals(401, server.get(AUTH, "Cookie", cookie).statusCode());
    }

    @Test
    void aPassSaysNothingOfTheCredentialThatIsThereAlready() throws Exception {
        server.signIn();
        String cookie = cookie(ticket());
        HttpResponse<String> status = server.get(AUTH, "Cookie", cookie);
        assertEquals("starting", json(status).path("state").asText());
        assertFalse(status.body().contains("fingerprint"), status.body());
    }

    @Test
    void theCodeForTheCameraIsSmall() throws Exception {
        JsonNode qr = device().path("qr");
        assertTrue(qr.path("size").asInt() <= 45, qr.path("size").asText());
        assertTrue(qr.path("path").asText().matches("(M\\d+ \\d+h\\d+v1h-\\d+z)+"));
    }

    @Test
    void aCredentialMayBeNamed() throws Exception {
        server.signIn();
        HttpResponse<String> named =
                server.send("POST", AUTH + "/label", "{\"label\":\"build machine\"}", "Authorization", "Bearer " + KEY);
        assertEquals(
                "build machine", json(named).path("credential").path("label").asText());
    }
}
