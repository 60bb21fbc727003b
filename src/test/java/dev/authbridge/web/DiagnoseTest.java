package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.support.SecretsGrep;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnoseTest extends ServerTest {

    private HttpResponse<String> post(String body, String key) throws Exception {
        return server.send("POST", "/api/claude/auth/diagnose", body, "Authorization", "Bearer " + key);
    }

    private JsonNode diagnose(String output, String key) throws Exception {
        HttpResponse<String> response = post(new ObjectMapper().writeValueAsString(Map.of("output", output)), key);
        assertEquals(200, response.statusCode(), response.body());
        return json(response);
    }

    @Test
    void aSandboxLearnsWhatIsWrongAndWhatToDo() throws Exception {
        String printed = Files.readString(Path.of("src/test/resources/printed/2.1.330-token-expired.jsonl"));
        JsonNode expired = diagnose(printed, READER_KEY);
        assertEquals("expired", expired.path("diagnosis").asText());
        assertEquals("credential_invalid", expired.path("reason").asText());
        assertEquals("Sign in again.", expired.path("action").asText());
        assertTrue(expired.path("signInHelps").asBoolean());
        JsonNode conflict = diagnose("Auth conflict: Both a token and an API key are set.", KEY);
        assertEquals("conflict", conflict.path("diagnosis").asText());
        assertFalse(conflict.has("reason"));
        JsonNode none = diagnose("All is well.", KEY);
        assertEquals("none", none.path("diagnosis").asText());
        assertFalse(none.has("action"));
    }

    @Test
    void aLongOutputIsReadAndOneThatIsTooLongIsRefused() throws Exception {
        assertEquals(
                "signed_out",
                diagnose("x".repeat(60_000) + " Please run /login", KEY)
                        .path("diagnosis")
                        .asText());
        HttpResponse<String> tooLong = post("{\"output\":\"" + "x".repeat(70_000) + "\"}", KEY);
        assertEquals(413, tooLong.statusCode());
        assertEquals("bad_message", json(tooLong).path("reason").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"output\":1}",
                "{\"output\":\"\"}",
                "{\"output\":\"a\",\"output\":\"b\"}",
                "text"
            })
    void badInputIsNamed(String body) throws Exception {
        HttpResponse<String> response = post(body, KEY);
        assertEquals(400, response.statusCode());
        assertEquals("bad_message", json(response).path("reason").asText());
    }

    @Test
    void onlyClientsWithAKeyMayAsk() throws Exception {
        assertEquals(401, post("{\"output\":\"a\"}", "not-a-key-of-anybody").statusCode());
    }

    @Test
    void theOutputIsNotLogged() throws Exception {
        try (SecretsGrep grep = SecretsGrep.open().secret("my private zebra")) {
            diagnose("my private zebra and sk-ant-oat01-example: Invalid API key", KEY);
            grep.assertNothingFound();
        }
    }
}
