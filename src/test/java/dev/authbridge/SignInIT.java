package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.support.Answer;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.DeadProxy;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.LoopbackVendor;
import dev.authbridge.support.Needs;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.support.SignInStandIn;
import dev.authbridge.support.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole sign-in with real parts: a WebSocket client, the server, a pseudo-terminal, the real CLI, the encrypted file. Only
 * the vendor's service is a stand-in, on loopback.
 *
 * <p>Each test has its own server and service, so the tests run at the same time; they mostly wait for a CLI.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Needs(Tool.NPM)
class SignInIT {
    /** The CLI versions for tests that depend on how a CLI draws its screens. */
    static final List<String> VERSIONS = ClaudeCli.WORKING;

    static final List<String> EVERYDAY = ClaudeCli.EVERYDAY;

    /** Only if the URL contains its {@code state} can the code of another link be recognized; the newest CLI's does not. */
    static final List<String> TWO_LINKS = with("2.1.150");

    /** The oldest CLI reports a network fault with a message of its own. */
    static final List<String> TWO_NETWORKS = with("2.0.77");

    private static final Duration SOON = Duration.ofSeconds(60);

    private static Leaks leaks;
    private static SecretsGrep grep;

    private static List<String> with(String older) {
        return VERSIONS.stream()
                .filter(version -> version.equals(older) || EVERYDAY.contains(version))
                .toList();
    }

    @TempDir
    Path folder;

    private SignInStandIn service;
    private ApiStandIn api;
    private RunningBridge bridge;

    @BeforeAll
    static void openWhatTheJvmOpensOnce(@TempDir Path folder) throws Exception {
        RunningBridge.openOnce(folder);
        leaks = Leaks.before();
        grep = SecretsGrep.open();
    }

    @AfterAll
    static void nothingIsLeftAndNothingWasTold() {
        grep.secret(RunningBridge.KEY).assertNothingFound();
        grep.close();
        leaks.assertNothingLeft();
    }

    @BeforeEach
    void openService() {
        LoopbackVendor vendor = LoopbackVendor.open();
        service = new SignInStandIn(vendor);
        api = new ApiStandIn(vendor);
    }

    @AfterEach
    void endAndSearch() {
        service.codes().forEach(grep::secret);
        List<String> faults = service.faults();
        try {
            if (bridge != null) {
                endBridge();
            }
            grep.searchFiles(folder);
        } finally {
            service.close();
            // JUnit may keep this instance longer, but the server's HTTP client ends only when it is no longer
            // referenced.
            bridge = null;
            service = null;
            api = null;
        }
        assertEquals(List.of(), faults);
    }

    private void endBridge() {
        grep.searchProcessArguments();
        bridge.close();
        bridge.frames().forEach(frame -> grep.search("a frame", frame));
        Eventually.waitUntil(SOON, () -> bridge.cliProcesses().isEmpty(), () -> "CLIs left: " + bridge.cliProcesses());
    }

    private RunningBridge.Setup cli(String version) {
        return RunningBridge.on(service.vendor(), folder)
                .cli(ClaudeCli.of(version).program());
    }

    private static AuthSocketClient started(RunningBridge bridge) {
        AuthSocketClient client = bridge.connect();
        client.send("claude.auth.start");
        return client;
    }

    private static void submit(AuthSocketClient client, String code) {
        grep.secret(code);
        client.send("claude.auth.code", Map.of("code", code));
    }

    private void assertSignedIn(JsonNode complete) throws Exception {
        assertTrue(complete.path("success").asBoolean());
        assertEquals("oauth_token", complete.path("credential").path("method").asText());
        var stored = bridge.stored().orElseThrow();
        assertTrue(service.lastToken().equals(stored.reveal()), "the stored token is not the one that was issued");
        assertEquals(
                stored.fingerprint(),
                complete.path("credential").path("fingerprint").asText());
    }

    private void finish(AuthSocketClient client, String url) throws Exception {
        submit(client, service.codeFor(url));
        assertSignedIn(client.await("claude.auth.complete"));
    }

    static List<Arguments> versionsAndColumns() {
        return Stream.concat(
                        VERSIONS.stream().map(version -> Arguments.of(version, 1000)),
                        EVERYDAY.stream().map(version -> Arguments.of(version, 80)))
                .toList();
    }

    @ParameterizedTest(name = "Claude {0}, {1} columns")
    @MethodSource("versionsAndColumns")
    @DisplayName("The stored token is, byte for byte, the one that the service issued")
    void theStoredTokenIsTheOneThatWasIssued(String version, int columns) throws Exception {
        bridge = cli(version).columns(columns).start();
        AuthSocketClient client = started(bridge);
        client.awaitState("starting");
        String url = client.awaitUrl();
        submit(client, service.codeFor(url));
        client.awaitState("verifying");
        assertSignedIn(client.await("claude.auth.complete"));

        client.send("claude.auth.status");
        JsonNode status = client.awaitState("signed_in");
        assertEquals("valid", status.path("credential").path("validity").asText());
        assertEquals(
                "Bearer " + service.lastToken(), api.requests().get(0).headers().get("Authorization"));
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("VERSIONS")
    @DisplayName("After a rejected code the same login goes on by itself and succeeds")
    void afterARejectedCodeTheSameLoginGoesOn(String version) throws Exception {
        bridge = cli(version).start();
        AuthSocketClient client = started(bridge);
        JsonNode first = client.await("claude.auth.url");
        submit(client, service.wrongCodeFor(first.path("url").asText()));
        assertEquals("code_rejected", client.awaitErrorReason());
        JsonNode second = client.await("claude.auth.url");
        assertEquals(first.path("loginId").asText(), second.path("loginId").asText());
        assertEquals("code_rejected", second.path("problem").path("reason").asText());
        assertEquals(
                version.equals(ClaudeCli.DEFAULT),
                first.path("url").equals(second.path("url")),
                "whether the URL is the same");
        finish(client, second.path("url").asText());
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("TWO_LINKS")
    @DisplayName("Half a code, a code of another link and a token never reach the CLI, and the field takes another try")
    void aCodeThatCannotBeRightNeverReachesTheCli(String version) throws Exception {
        bridge = cli(version).start();
        AuthSocketClient client = started(bridge);
        String url = client.awaitUrl();
        String code = service.codeFor(url);
        submit(client, code.substring(0, code.indexOf('#')));
        assertEquals("code_incomplete", client.awaitErrorReason());
        client.send("claude.auth.code", Map.of("code", "sk-" + "ant-oat01-" + "x".repeat(95)));
        assertEquals("code_incomplete", client.awaitErrorReason());
        if (url.contains("state=")) {
            submit(client, code.substring(0, code.indexOf('#') + 1) + "s".repeat(43));
            assertEquals("code_stale", client.awaitErrorReason());
        }
        assertEquals(List.of(), service.requests());
        // What people really paste: with quotes, and with a line break in the middle.
        grep.secret(code);
        client.send(
                "claude.auth.code", Map.of("code", " \"" + code.substring(0, 50) + "\n" + code.substring(50) + "\"\n"));
        assertSignedIn(client.await("claude.auth.complete"));
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("TWO_NETWORKS")
    @DisplayName("Without a network the reason says so, and the prompt comes back")
    void withoutANetworkTheReasonIsTheNetwork(String version) throws Exception {
        try (DeadProxy proxy = new DeadProxy()) {
            bridge = RunningBridge.on(proxy, folder)
                    .cli(ClaudeCli.of(version).program())
                    .start();
            AuthSocketClient client = started(bridge);
            submit(client, service.codeFor(client.awaitUrl()));
            assertEquals("network", client.awaitErrorReason());
            JsonNode again = client.await("claude.auth.url");
            assertEquals("network", again.path("problem").path("reason").asText());
            assertEquals(Optional.empty(), bridge.stored());
        }
    }

    static List<Arguments> versionsAndFaults() {
        return EVERYDAY.stream()
                .flatMap(version -> Stream.of("500", "drop").map(answer -> Arguments.of(version, answer)))
                .toList();
    }

    @ParameterizedTest(name = "Claude {0}: {1}")
    @MethodSource("versionsAndFaults")
    @DisplayName("A service that fails is reported as network, and the next attempt succeeds")
    void aServiceThatFailsIsTheNetworksFault(String version, String answer) throws Exception {
        service.next(answer.equals("drop") ? Answer.drop() : Answer.status(Integer.parseInt(answer)));
        bridge = cli(version).start();
        AuthSocketClient client = started(bridge);
        submit(client, service.codeFor(client.awaitUrl()));
        assertEquals("network", client.awaitErrorReason());
        finish(client, client.awaitUrl());
    }

    @Tag("thorough") // The CLI gives up after 30 s.
    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("EVERYDAY")
    @DisplayName("A service that never answers is reported as network")
    void aServiceThatNeverAnswers(String version) throws Exception {
        service.always(Answer.silence());
        bridge = cli(version).start();
        AuthSocketClient client = started(bridge);
        submit(client, service.codeFor(client.awaitUrl()));
        assertEquals("network", client.awaitErrorReason());
        assertEquals(Optional.empty(), bridge.stored());
    }

    /** Long enough for each version to show its URL. */
    static List<Arguments> versionsAndTimeouts() {
        return Stream.of(
                        Arguments.of(ClaudeCli.DEFAULT, "4000"),
                        Arguments.of("2.1.150", "1000"),
                        Arguments.of("2.0.77", "9000"))
                .filter(one -> EVERYDAY.contains(one.get()[0]))
                .toList();
    }

    @ParameterizedTest(name = "Claude {0} after {1} ms")
    @MethodSource("versionsAndTimeouts")
    @DisplayName("A login that gets no code in time ends, with its CLI")
    void aLoginThatGetsNoCodeInTimeEnds(String version, String milliseconds) throws Exception {
        bridge = cli(version).with("CLAUDE_AUTH_TIMEOUT", milliseconds).start();
        AuthSocketClient client = started(bridge);
        assertEquals("timed_out", client.awaitErrorReason());
        client.send("claude.auth.status");
        client.awaitState("signed_out");
        Eventually.waitUntil(SOON, () -> bridge.cliProcesses().isEmpty(), () -> "the CLI lives on");
    }

    /** The moments at which a login can be interrupted. */
    private enum Moment {
        STARTING,
        AWAITING_CODE,
        VERIFYING
    }

    static List<Arguments> versionsAndMoments() {
        return EVERYDAY.stream()
                .flatMap(version -> Stream.of(Moment.values()).map(moment -> Arguments.of(version, moment)))
                .toList();
    }

    /** Brings a login to that moment; while it is verifying, the service holds its answer back. */
    private AuthSocketClient at(Moment moment, Answer.Held held) {
        service.next(held);
        AuthSocketClient client = started(bridge);
        client.awaitState("starting");
        Eventually.waitUntil(SOON, () -> !bridge.cliProcesses().isEmpty(), () -> "no CLI was started");
        if (moment != Moment.STARTING) {
            String url = client.awaitUrl();
            if (moment == Moment.VERIFYING) {
                submit(client, service.codeFor(url));
                client.awaitState("verifying");
                Eventually.waitUntil(
                        SOON, () -> !service.requests().isEmpty(), () -> "the CLI did not ask the service");
            }
        }
        return client;
    }

    @ParameterizedTest(name = "Claude {0}: {1}")
    @MethodSource("versionsAndMoments")
    @DisplayName("A cancelled login ends together with its CLI, and a new one succeeds")
    void aLoginThatIsCancelledEnds(String version, Moment moment) throws Exception {
        bridge = cli(version).start();
        Answer.Held held = Answer.held();
        AuthSocketClient client = at(moment, held);
        client.send("claude.auth.cancel");
        assertEquals("cancelled", client.awaitErrorReason());
        Eventually.waitUntil(SOON, () -> bridge.cliProcesses().isEmpty(), () -> "the CLI lives on");
        assertEquals(Optional.empty(), bridge.stored());
        held.release();
        client.send("claude.auth.start");
        finish(client, client.awaitUrl());
    }

    @ParameterizedTest(name = "Claude {0}: {1}")
    @MethodSource("versionsAndMoments")
    @DisplayName("A login goes on without its socket, and a client that reconnects finds it in its present state")
    void aLoginGoesOnWithoutItsSocket(String version, Moment moment) throws Exception {
        bridge = cli(version).start();
        Answer.Held held = Answer.held();
        AuthSocketClient dropped = at(moment, held);
        dropped.drop();
        AuthSocketClient back = bridge.connect();
        back.send("claude.auth.status");
        if (moment == Moment.VERIFYING) {
            back.awaitState("verifying");
            held.release();
            assertSignedIn(back.await("claude.auth.complete"));
        } else {
            held.release();
            finish(back, back.awaitUrl());
        }
        assertEquals(1, service.requests().size());
        AuthSocketClient later = bridge.connect();
        later.send("claude.auth.status");
        later.awaitState("signed_in");
    }

    @ParameterizedTest(name = "Claude {0}: {1}")
    @MethodSource("versionsAndMoments")
    @DisplayName("A CLI that is killed ends its login with cli_failed, and a new one succeeds")
    void aCliThatIsKilledEndsItsLogin(String version, Moment moment) throws Exception {
        bridge = cli(version).start();
        Answer.Held held = Answer.held();
        AuthSocketClient client = at(moment, held);
        bridge.cliProcesses().forEach(ProcessHandle::destroyForcibly);
        JsonNode error = client.await("claude.auth.error");
        assertEquals("cli_failed", error.path("reason").asText());
        assertTrue(error.path("retryable").asBoolean());
        held.release();
        client.send("claude.auth.start");
        JsonNode url = client.await("claude.auth.url");
        assertNotEquals(error.path("loginId").asText(), url.path("loginId").asText());
        finish(client, url.path("url").asText());
    }

    @Test
    @DisplayName("A CLI that crashes with exit code 0 is cli_failed")
    void aCliThatCrashesHasFailed() throws Exception {
        bridge = cli(ClaudeCli.CRASHING).start();
        AuthSocketClient client = started(bridge);
        assertEquals("cli_failed", client.awaitErrorReason());
        client.send("claude.auth.status");
        client.awaitState("signed_out");
    }

    @Test
    @DisplayName("No CLI at all is cli_not_found")
    void noCliAtAllIsNotFound() throws Exception {
        bridge = RunningBridge.on(service.vendor(), folder)
                .with("PATH", "/nonexistent")
                .start();
        AuthSocketClient client = started(bridge);
        JsonNode error = client.await("claude.auth.error");
        assertEquals("cli_not_found", error.path("reason").asText());
        assertEquals(false, error.path("retryable").asBoolean());
    }

    @Test
    @DisplayName("A token that the service rejects is not a success, and the previous one stays")
    void aTokenThatTheServiceRefusesIsNoSuccess() throws Exception {
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = started(bridge);
        finish(client, client.awaitUrl());
        String before = bridge.stored().orElseThrow().reveal();
        api.nextModels(Answer.status(401));
        client.send("claude.auth.start");
        submit(client, service.codeFor(client.awaitUrl()));
        assertEquals("credential_invalid", client.awaitErrorReason());
        assertTrue(before.equals(bridge.stored().orElseThrow().reveal()), "the credential before it is gone");
    }

    @Test
    @DisplayName("Two tabs see one login, and the same code from both is submitted once")
    void twoTabsSeeOneLogin() throws Exception {
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient desktop = started(bridge);
        String url = desktop.awaitUrl();
        AuthSocketClient phone = started(bridge);
        assertEquals(url, phone.awaitUrl());
        String code = service.codeFor(url);
        submit(desktop, code);
        submit(phone, code);
        assertSignedIn(desktop.await("claude.auth.complete"));
        assertSignedIn(phone.await("claude.auth.complete"));
        assertEquals(1, service.requests().size());
    }

    @Test
    @DisplayName("A login that was kept warm has its URL at once")
    void aWarmLoginHasItsUrlAtOnce() throws Exception {
        bridge = cli("2.1.150").with("CLAUDE_AUTH_WARM", "1").start();
        AuthSocketClient client = bridge.connect();
        client.send("claude.auth.status");
        client.awaitState("signed_out");
        Eventually.waitUntil(SOON, () -> !bridge.cliProcesses().isEmpty(), () -> "no CLI is kept warm");
        client.send("claude.auth.start");
        finish(client, client.awaitUrl());
    }

    @Test
    @DisplayName(
            "A token that was just shown is stored when the server stops, even if the service never answers about it")
    void aTokenThatWasJustShownOutlivesAStop() throws Exception {
        api.nextModels(Answer.silence());
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = started(bridge);
        submit(client, service.codeFor(client.awaitUrl()));
        Eventually.waitUntil(SOON, () -> !api.requests().isEmpty(), () -> "nobody asked the service about the token");
        bridge.close();
        assertTrue(service.lastToken().equals(bridge.stored().orElseThrow().reveal()), "the token is lost");
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient later = bridge.connect();
        later.send("claude.auth.status");
        later.awaitState("signed_in");
    }

    @Test
    @DisplayName("The credential outlives the server")
    void theCredentialOutlivesTheServer() throws Exception {
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = started(bridge);
        finish(client, client.awaitUrl());
        bridge.close();
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient later = bridge.connect();
        later.send("claude.auth.status");
        assertEquals(
                bridge.stored().orElseThrow().fingerprint(),
                later.awaitState("signed_in")
                        .path("credential")
                        .path("fingerprint")
                        .asText());
    }
}
