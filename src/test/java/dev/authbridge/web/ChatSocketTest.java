package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Chat prompts that are refused: the error has to name the prompt. */
class ChatSocketTest extends ServerTest {
    private static String prompt(String more) {
        return "{\"event\":\"claude.chat.prompt\",\"data\":{\"id\":\"7\"" + more + "}}";
    }

    private static void assertRefused(SocketClient page, String reason) throws Exception {
        JsonNode message = page.next();
        assertEquals("claude.chat.error", message.path("event").asText(), message.toString());
        assertEquals("7", message.path("data").path("id").asText());
        assertEquals(reason, message.path("data").path("reason").asText());
    }

    @Test
    void anInvalidPromptIsRefusedWithItsId() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            for (String fault : new String[] {
                "", ",\"prompt\":\"\"", ",\"prompt\":7", ",\"prompt\":\"hi\",\"key\":7", ",\"prompt\":\" \""
            }) {
                page.send(prompt(fault));
                assertRefused(page, "bad_message");
            }
        }
    }

    @Test
    void aPromptAfterTooManyWrongKeysIsRefusedWithItsId() throws Exception {
        try (SocketClient page = server.connect()) {
            for (int turn = 0; turn < 10; turn++) {
                page.send(prompt(",\"prompt\":\"hi\",\"key\":\"wrong-key-wrong-key-" + turn + "\""));
                JsonNode error = page.next("error");
                assertEquals("unauthorized", error.path("reason").asText());
                assertEquals("7", error.path("id").asText());
            }
            page.send(prompt(",\"prompt\":\"hi\",\"key\":\"wrong-key-wrong-key-10\""));
            assertRefused(page, "rate_limited");
            page.send(prompt(",\"prompt\":\"hi\",\"key\":\"" + KEY + "\""));
            assertRefused(page, "signed_out");
        }
    }

    @Test
    void anErrorOfTheLoginHasNoId() throws Exception {
        try (SocketClient page = server.connect()) {
            page.start();
            assertEquals(false, page.next("error").has("id"));
        }
    }
}
