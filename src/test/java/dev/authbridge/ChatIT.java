package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Answers of the real CLI. */
class ChatIT extends ChatWithRealParts {
    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("EVERYDAY")
    @DisplayName("An answer streams in; it uses the owner's token, no tools, and no file of the server")
    void anAnswerStreamsIn(String version) throws Exception {
        signedIn();
        Path secret = Files.writeString(folder.resolve("another-owner-s-file"), "its content");
        bridge = cli(version).start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT + " See @" + secret + " and @../../../../../../../etc/hostname");
        assertEquals("It is a kind of zebra.", read(client, "It is a kind of zebra."));
        assertEquals("1", client.await("claude.chat.done").path("id").asText());
        ask(client, "2", "/login quagga");
        assertEquals("It is a kind of zebra.", read(client, "It is a kind of zebra."));
        client.await("claude.chat.done");

        assertEquals(2, conversations().size());
        assertTrue(conversations().get(0).contains("another-owner-s-file"));
        assertFalse(conversations().get(0).contains("its content"), "a file that is named is not read");
        assertTrue(conversations().get(1).contains("/login quagga"), "a text, no command");
        conversations().forEach(body -> assertFalse(body.contains("\"input_schema\""), "there are no tools"));
        assertTrue(api.requests().stream()
                .filter(request -> request.path().equals("/v1/messages"))
                .allMatch(
                        request -> ("Bearer " + TOKEN).equals(request.headers().get("Authorization"))));
        assertTrue(Files.isDirectory(folder.resolve("chat/default/.claude")));
        assertFalse(Files.exists(folder.resolve("chat/default/.claude/projects")), "no conversation is kept");
    }

    @Test
    @DisplayName("Stop ends the answer and its process at once")
    void stopEndsTheAnswer() throws Exception {
        signedIn();
        api.holdAfterFirstPiece();
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("It is ", client.await("claude.chat.text").path("delta").asText());
        // At first the CLI is also asked for its options.
        Eventually.waitUntil(
                SOON,
                () -> bridge.cliProcesses().size() == 1,
                () -> "CLIs running: " + bridge.cliProcesses().size());
        // Must be done while it runs: afterwards its arguments are gone.
        grep.searchProcessArguments();
        client.send("claude.chat.stop", Map.of("id", "1"));
        assertEquals("1", client.await("claude.chat.done").path("id").asText());
        Eventually.waitUntil(SOON, () -> bridge.cliProcesses().isEmpty(), () -> "the CLI goes on");
        client.send("claude.chat.stop", Map.of("id", "1"));
        client.await("claude.chat.done");
    }

    @Test
    @DisplayName("A client that reconnects gets the whole answer, and Claude is asked once")
    void aClientThatReconnectsGetsTheWholeAnswer() throws Exception {
        signedIn();
        api.holdAfterFirstPiece();
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient phone = bridge.connect();
        ask(phone, "1", PROMPT);
        assertEquals("It is ", phone.await("claude.chat.text").path("delta").asText());
        phone.drop();
        AuthSocketClient again = bridge.connect();
        ask(again, "1", PROMPT);
        assertEquals("It is ", again.await("claude.chat.text").path("delta").asText());
        api.goOn();
        assertEquals("a kind of zebra.", read(again, "a kind of zebra."));
        again.await("claude.chat.done");
        again.drop();
        AuthSocketClient later = bridge.connect();
        ask(later, "1", PROMPT);
        assertEquals("It is a kind of zebra.", read(later, "It is a kind of zebra."));
        later.await("claude.chat.done");
        assertEquals(1, conversations().size());
    }

    @Test
    @DisplayName("CLAUDE_AUTH_CHAT=false: there is no chat")
    void aServerWithoutChatSaysSo() throws Exception {
        signedIn();
        bridge = cli(ClaudeCli.DEFAULT).with("CLAUDE_AUTH_CHAT", "false").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("disabled", reason(client, "1"));
        assertEquals(List.of(), conversations(), "only the stored token was checked");
    }

    @Test
    @DisplayName("A server that stops ends its answers")
    void aServerThatStopsEndsItsAnswers() throws Exception {
        signedIn();
        api.holdAfterFirstPiece();
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        client.await("claude.chat.text");
        closeBridge();
        assertEquals(List.of(), bridge.cliProcesses());
    }
}
