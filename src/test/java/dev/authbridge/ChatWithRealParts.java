package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credential;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.LoopbackVendor;
import dev.authbridge.support.Needs;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.support.SignInStandIn;
import dev.authbridge.support.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Base of the chat tests with real parts: a WebSocket client, the server, the real CLI. Only the vendor's API is a stand-in. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Needs(Tool.NPM)
abstract class ChatWithRealParts {
    static final List<String> EVERYDAY = ClaudeCli.EVERYDAY;
    static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);
    static final String API_KEY = "sk-ant-api03-" + "K".repeat(95);
    static final String PROMPT = "Which animal is a quagga?";
    static final Duration SOON = Duration.ofSeconds(20);

    static Leaks leaks;
    static SecretsGrep grep;

    @TempDir
    Path folder;

    SignInStandIn signIn;
    ApiStandIn api;
    RunningBridge bridge;
    boolean closed;

    @BeforeAll
    static void openWhatTheJvmOpensOnce(@TempDir Path folder) throws Exception {
        RunningBridge.openOnce(folder);
        leaks = Leaks.before();
        // A conversation is as confidential as a token.
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
        // Neither the conversation nor a secret is on the disk.
        grep.searchFiles(folder);
        signIn.close();
    }

    void closeBridge() {
        if (!closed) {
            closed = true;
            bridge.close();
        }
    }

    RunningBridge.Setup cli(String version) {
        return RunningBridge.on(signIn.vendor(), folder)
                .cli(ClaudeCli.of(version).program());
    }

    void signedInWith(Credential credential) throws Refusal {
        FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS).keep(Owner.DEFAULT, credential);
    }

    void signedIn() throws Refusal {
        signedInWith(ClaudeCredential.token(new Secret(TOKEN), Instant.now()));
    }

    static void ask(AuthSocketClient client, String id, String prompt) {
        client.send("claude.chat.prompt", Map.of("id", id, "prompt", prompt));
    }

    static String read(AuthSocketClient client, String expected) {
        StringBuilder text = new StringBuilder();
        while (text.length() < expected.length()) {
            text.append(client.await("claude.chat.text").path("delta").asText());
        }
        return text.toString();
    }

    String reason(AuthSocketClient client, String id) {
        JsonNode error = client.await("claude.chat.error");
        assertEquals(id, error.path("id").asText());
        assertFalse(error.path("error").asText().isEmpty());
        return error.path("reason").asText();
    }

    static void awaitValidity(AuthSocketClient client, String validity) {
        String seen;
        do {
            seen = client.awaitState("signed_in")
                    .path("credential")
                    .path("validity")
                    .asText();
        } while (!seen.equals(validity));
    }

    List<String> conversations() {
        return api.requests().stream()
                .filter(request -> request.path().equals("/v1/messages"))
                .map(ApiStandIn.Request::body)
                .filter(body -> body.contains("quagga"))
                .toList();
    }
}
