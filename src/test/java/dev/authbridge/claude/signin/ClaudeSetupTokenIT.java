package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.core.ThreadLoop;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SignInProgram;
import dev.authbridge.support.Answer;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.Needs;
import dev.authbridge.support.NotedEvents;
import dev.authbridge.support.SignInStandIn;
import dev.authbridge.support.Tool;
import dev.authbridge.terminal.PtyTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The real CLI in a real terminal, against the stand-in of its service, without the server around it. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Needs(Tool.NPM)
class ClaudeSetupTokenIT {
    private static final long PATIENCE_SECONDS = 60;
    private static Leaks leaks;

    private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
    private SignInStandIn service;
    private ThreadLoop loop;
    private SignInProgram.Run run;

    /** What a JVM opens once and keeps is no leak of a login. */
    @BeforeAll
    static void openWhatStaysOpen() throws IOException {
        SignInStandIn.open().close();
        PtyTerminal.warmUp();
        leaks = Leaks.before();
    }

    @AfterAll
    static void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    @BeforeEach
    void openService() {
        service = SignInStandIn.open();
        loop = new ThreadLoop("login", Clock.systemUTC());
    }

    @AfterEach
    void end() throws Exception {
        run.end().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        loop.close();
        service.close();
    }

    private void start(Supplier<Optional<ClaudeCommand>> lookup, int columns) {
        start(lookup, columns, Map.of("NODE_EXTRA_CA_CERTS", service.caFile().toString()));
    }

    private void start(Supplier<Optional<ClaudeCommand>> lookup, int columns, Map<String, String> trust) {
        Map<String, String> environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
        environment.put("HTTPS_PROXY", service.proxyUrl());
        environment.putAll(trust);
        run = new ClaudeSetupToken(lookup::get, environment, loop, Runnable::run, columns)
                .start(new NotedEvents(signals::add));
    }

    private static Supplier<Optional<ClaudeCommand>> cli(String version) {
        return cli(ClaudeCli.of(version));
    }

    private static Supplier<Optional<ClaudeCommand>> cli(ClaudeCli cli) {
        Path program = cli.program();
        return () -> Optional.of(new ClaudeCommand(List.of(program.toString())));
    }

    private <T> T next(Class<T> type) throws InterruptedException {
        return type.cast(signals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private void submitCodeFor(AuthorizationUrl url) throws Exception {
        run.answer(new PastedCode(new Secret(service.codeFor(url.value()))).read());
    }

    static List<Arguments> versionsAndColumns() {
        return ClaudeCli.EVERYDAY.stream()
                .flatMap(version -> Stream.of(1000, 80).map(columns -> Arguments.of(version, columns)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("versionsAndColumns")
    void theTokenIsReadByteForByteAsItWasIssued(String version, int columns) throws Exception {
        if (version.equals(ClaudeCli.DEFAULT) && columns < ClaudeSetupToken.COLUMNS) {
            start(
                    cli(version),
                    columns,
                    Map.of(
                            "SSL_CERT_FILE",
                            service.caFile().toString(),
                            "CLAUDE_CODE_CERT_STORE",
                            "system",
                            "NODE_OPTIONS",
                            "--use-system-ca --require /no/such/file.js"));
        } else {
            start(cli(version), columns);
        }
        submitCodeFor(next(AuthorizationUrl.class));
        Secret token = next(Secret.class);
        assertEquals(service.lastToken(), token.reveal());
        assertEquals(List.of(), service.faults());
    }

    @ParameterizedTest
    @FieldSource("EVERYDAY")
    void aRefusedCodeLeadsBackToThePromptByItself(String version) throws Exception {
        service.next(Answer.status(400), new Answer.Drop());
        start(cli(version), ClaudeSetupToken.COLUMNS);
        submitCodeFor(next(AuthorizationUrl.class));
        assertEquals(Reason.CODE_REJECTED, next(Reason.class));
        submitCodeFor(next(AuthorizationUrl.class));
        assertEquals(Reason.NETWORK, next(Reason.class));
        submitCodeFor(next(AuthorizationUrl.class));
        Secret token = next(Secret.class);
        assertEquals(service.lastToken(), token.reveal());
    }

    static final List<String> EVERYDAY = ClaudeCli.EVERYDAY;

    @ParameterizedTest
    @FieldSource("EVERYDAY")
    void aServerThatIsNotLetInIsToldSo(String version) throws Exception {
        service.next(Answer.status(403));
        start(cli(version), ClaudeSetupToken.COLUMNS);
        submitCodeFor(next(AuthorizationUrl.class));
        assertEquals("failed: not_allowed", next(String.class));
    }

    /** 2.1.20 ignores Enter at "Press Enter to retry", also by hand; {@link ClaudeSetupTokenTest} has the same in small. */
    @Test
    @Tag("thorough")
    void aCliThatDoesNotComeBackIsReplacedByAnotherProcess() throws Exception {
        service.next(Answer.status(400), new Answer.Drop());
        start(cli(ClaudeCli.fetched("2.1.20")), ClaudeSetupToken.COLUMNS);
        AuthorizationUrl first = next(AuthorizationUrl.class);
        submitCodeFor(first);
        assertEquals(Reason.CODE_REJECTED, next(Reason.class));
        assertEquals("started anew", next(String.class));
        AuthorizationUrl second = next(AuthorizationUrl.class);
        assertNotEquals(first, second);
        submitCodeFor(second);
        assertEquals(Reason.NETWORK, next(Reason.class));
        assertEquals("started anew", next(String.class));
        submitCodeFor(next(AuthorizationUrl.class));
        Secret token = next(Secret.class);
        assertEquals(service.lastToken(), token.reveal());
    }

    @Test
    void aCliThatCrashesIsAFailureEvenWithExitCodeZero() throws Exception {
        start(cli(ClaudeCli.CRASHING), ClaudeSetupToken.COLUMNS);
        assertEquals("failed: cli_failed", next(String.class));
    }

    @Test
    void withoutACliTheLoginFailsWithAReason() throws Exception {
        start(Optional::empty, ClaudeSetupToken.COLUMNS);
        assertEquals("failed: cli_not_found", next(String.class));
    }
}
