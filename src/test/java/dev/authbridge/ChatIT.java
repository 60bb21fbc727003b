package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.FileVault;
import dev.authbridge.login.AccessToken;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.support.Answer;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.LoopbackVendor;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.support.SignInStandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The chat with real parts: a WebSocket client, the server, the real CLI. Only the vendor's API is played, on loopback. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ChatIT {
    static final List<String> VERSIONS = ClaudeCli.WORKING;
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);
    private static final String API_KEY = "sk-ant-api03-" + "K".repeat(95);
    private static final String PROMPT = "Which animal is a quagga?";
    private static final Duration SOON = Duration.ofSeconds(20);

    private static Leaks leaks;
    private static SecretsGrep grep;

    @TempDir
    Path folder;

    private SignInStandIn signIn;
    private ApiStandIn api;
    private RunningBridge bridge;
    private boolean closed;

    @BeforeAll
    static void openWhatTheJvmOpensOnce(@TempDir Path folder) throws Exception {
        RunningBridge.openOnce(folder);
        leaks = Leaks.before();
        // A conversation is as secret as a token.
        grep = SecretsGrep.open().secret("quagga").secret("a kind of zebra");
    }

    @AfterAll
    static void nothingIsLeftAndNothingWasTold() {
        grep.secret(RunningBridge.KEY).assertNothingFound();
        grep.close();
        leaks.assertNothingLeft();
    }

    @BeforeEach
    void openVendor() {
        LoopbackVendor vendor = LoopbackVendor.open();
        signIn = new SignInStandIn(vendor);
        api = new ApiStandIn(vendor);
        api.says("It is ", "a kind ", "of zebra.");
    }

    @AfterEach
    void endAndSearch() {
        grep.searchProcessArguments();
        closeBridge();
        bridge.frames().stream()
                .filter(frame -> frame.contains("sk-ant-"))
                .forEach(frame -> grep.search("a frame", frame));
        Eventually.waitUntil(SOON, () -> bridge.cliProcesses().isEmpty(), () -> "CLIs left: " + bridge.cliProcesses());
        // What was said is nowhere on the disk, and no secret either.
        grep.searchFiles(folder);
        signIn.close();
    }

    private void closeBridge() {
        if (!closed) {
            closed = true;
            bridge.close();
        }
    }

    private RunningBridge.Setup cli(String version) {
        return RunningBridge.on(signIn.vendor(), folder)
                .cli(ClaudeCli.of(version).program());
    }

    private void signedInWith(Credential credential) throws LoginException {
        FileVault.open(folder, Optional.empty()).keep(Owner.DEFAULT, credential);
    }

    private void signedIn() throws LoginException {
        signedInWith(Credential.of(new AccessToken(TOKEN), Instant.now()));
    }

    private static void ask(AuthSocketClient client, String id, String prompt) {
        client.send("claude.chat.prompt", Map.of("id", id, "prompt", prompt));
    }

    private static String read(AuthSocketClient client, String expected) {
        StringBuilder text = new StringBuilder();
        while (text.length() < expected.length()) {
            text.append(client.await("claude.chat.text").path("delta").asText());
        }
        return text.toString();
    }

    private String reason(AuthSocketClient client, String id) {
        JsonNode error = client.await("claude.chat.error");
        assertEquals(id, error.path("id").asText());
        assertFalse(error.path("error").asText().isEmpty());
        return error.path("reason").asText();
    }

    private static void awaitValidity(AuthSocketClient client, String validity) {
        String seen;
        do {
            seen = client.awaitState("signed_in")
                    .path("credential")
                    .path("validity")
                    .asText();
        } while (!seen.equals(validity));
    }

    private List<String> conversations() {
        return api.requests().stream()
                .filter(request -> request.path().equals("/v1/messages"))
                .map(ApiStandIn.Request::body)
                .filter(body -> body.contains("quagga"))
                .toList();
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("VERSIONS")
    @DisplayName("An answer streams in, with the owner's token, no tools, and no file of the server")
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
    @DisplayName("Stop ends the answer where it is, and its process")
    void stopEndsTheAnswer() throws Exception {
        signedIn();
        api.holdAfterFirstPiece();
        bridge = cli("2.1.330").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("It is ", client.await("claude.chat.text").path("delta").asText());
        assertEquals(1, bridge.cliProcesses().size());
        client.send("claude.chat.stop", Map.of("id", "1"));
        assertEquals("1", client.await("claude.chat.done").path("id").asText());
        Eventually.waitUntil(SOON, () -> bridge.cliProcesses().isEmpty(), () -> "the CLI goes on");
        client.send("claude.chat.stop", Map.of("id", "1"));
        client.await("claude.chat.done");
    }

    @Test
    @DisplayName("Who comes back with another socket gets the whole answer, and Claude is asked once")
    void whoComesBackGetsTheWholeAnswer() throws Exception {
        signedIn();
        api.holdAfterFirstPiece();
        bridge = cli("2.1.330").start();
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
    @DisplayName("Signed out: told at once; after the login the same prompt is answered")
    void afterTheLoginTheSamePromptIsAnswered() throws Exception {
        bridge = cli("2.1.330").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("signed_out", reason(client, "1"));
        client.send("claude.auth.start");
        String code = signIn.codeFor(client.awaitUrl());
        grep.secret(code);
        client.send("claude.auth.code", Map.of("code", code));
        client.await("claude.auth.complete");
        // Settings of an organization can run commands; see docs/chat.md.
        assertEquals(
                List.of(),
                signIn.vendor().unserved().stream()
                        .filter(path -> path.contains("settings"))
                        .toList(),
                "a login asks for no settings");
        ask(client, "1", PROMPT);
        assertEquals("It is a kind of zebra.", read(client, "It is a kind of zebra."));
        client.await("claude.chat.done");
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("VERSIONS")
    @DisplayName("A token that the service refuses is told without the CLI's own retries, on every page of the owner")
    void aRefusedTokenIsToldAtOnce(String version) throws Exception {
        signedIn();
        api.alwaysMessages(Answer.status(401));
        bridge = cli(version).start();
        AuthSocketClient other = bridge.connect();
        other.send("claude.auth.status");
        // The server asks the service about it when it starts.
        awaitValidity(other, "valid");
        api.alwaysModels(Answer.status(401));
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("credential_invalid", reason(client, "1"));
        // 2.0.77 tells of no retry, makes them all, and has another model name the conversation.
        assertTrue(conversations().size() <= 6, "asked " + conversations().size() + " times");
        assertEquals(
                "invalid",
                other.awaitState("signed_in")
                        .path("credential")
                        .path("validity")
                        .asText());
    }

    @Test
    @DisplayName("An API key that the service refuses is told at the first retry, not after ten")
    void aRefusedApiKeyIsToldAtTheFirstRetry() throws Exception {
        signedInWith(Credential.ofApiKey(API_KEY, Instant.now()));
        api.alwaysMessages(Answer.status(401));
        bridge = cli("2.1.330").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("credential_invalid", reason(client, "1"));
        assertTrue(conversations().size() <= 2, "asked " + conversations().size() + " times");
        assertEquals(API_KEY, api.requests().get(0).headers().get("x-api-key"));
    }

    @Test
    @DisplayName("A limit of requests and a fault of the service are told as what they are, and nobody is signed out")
    void whatIsNoMatterOfTheSignInIsToldAsWhatItIs() throws Exception {
        signedIn();
        bridge = cli("2.1.330").start();
        AuthSocketClient client = bridge.connect();
        api.alwaysMessages(Answer.status(429));
        ask(client, "1", PROMPT);
        assertEquals("rate_limited", reason(client, "1"));
        api.alwaysMessages(Answer.status(500));
        ask(client, "2", PROMPT);
        assertEquals("network", reason(client, "2"));
        api.alwaysMessages(Answer.drop());
        ask(client, "3", PROMPT);
        assertEquals("network", reason(client, "3"));
        assertTrue(bridge.stored().isPresent());
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("VERSIONS")
    @DisplayName("A limit of requests is told with the time when it ends")
    void aLimitIsToldWithItsEnd(String version) throws Exception {
        signedIn();
        Instant reset = Instant.now().plus(Duration.ofHours(3)).truncatedTo(ChronoUnit.HOURS);
        api.alwaysMessages(Answer.status(
                429,
                Map.of(
                        "anthropic-ratelimit-unified-status",
                        "rejected",
                        "anthropic-ratelimit-unified-representative-claim",
                        "five_hour",
                        "anthropic-ratelimit-unified-reset",
                        Long.toString(reset.getEpochSecond()))));
        bridge = cli(version).with("TZ", "UTC").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        JsonNode error = client.await("claude.chat.error");
        assertEquals("rate_limited", error.path("reason").asText());
        String when = DateTimeFormatter.ofPattern("'resets 'ha' (UTC)'", Locale.ROOT)
                .format(reset.atOffset(ZoneOffset.UTC))
                .toLowerCase(Locale.ROOT)
                .replace("utc", "UTC");
        assertTrue(
                error.path("error").asText().endsWith(when), error.path("error").asText() + ", not " + when);
    }

    @Test
    @DisplayName("CLAUDE_AUTH_CHAT=false: there is no chat")
    void aServerWithoutChatSaysSo() throws Exception {
        signedIn();
        bridge = cli("2.1.330").with("CLAUDE_AUTH_CHAT", "false").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("disabled", reason(client, "1"));
        assertEquals(List.of(), api.requests());
    }

    @Test
    @DisplayName("A server that stops ends its answers")
    void aServerThatStopsEndsItsAnswers() throws Exception {
        signedIn();
        api.holdAfterFirstPiece();
        bridge = cli("2.1.330").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        client.await("claude.chat.text");
        closeBridge();
        assertEquals(List.of(), bridge.cliProcesses());
    }
}
