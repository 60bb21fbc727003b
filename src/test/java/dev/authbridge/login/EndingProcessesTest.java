package dev.authbridge.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.Stages;
import dev.authbridge.support.StubbornProgram;
import dev.authbridge.terminal.PtyTerminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in real terminals that take their time to end, and a limit of one. */
class EndingProcessesTest {
    private static final Owner ANNA = new Owner("anna");
    private static final Peer DESK = new Peer("127.0.0.1", "Firefox");

    @TempDir
    private Path folder;

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final ExecutorService worker = Executors.newCachedThreadPool();
    private Leaks leaks;
    private StubbornProgram program;
    private Logins logins;

    private static final class NoStore implements CredentialSink {
        @Override
        public CompletionStage<Void> ready(Owner owner) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret) {
            throw new AssertionError("nobody signs in");
        }
    }

    @BeforeAll
    static void loadWhatIsLoadedOnce() throws Exception {
        PtyTerminal.warmUp();
    }

    @BeforeEach
    void open() throws Exception {
        leaks = Leaks.before();
        program = StubbornProgram.in(
                folder,
                """
                echo "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M"
                echo "Paste code here if prompted >"
                """);
        Optional<ClaudeCommand> command =
                Optional.of(new ClaudeCommand(List.of(program.path().toString())));
        ClaudeSetupToken setupToken =
                new ClaudeSetupToken(() -> command, Map.of("PATH", "/usr/bin:/bin"), loop, worker);
        logins = new LocalLogins(
                List.of(setupToken), new NoStore(), loop, new Logins.Limits(true, Duration.ofMinutes(10), 1, 1));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        CompletableFuture<Void> closed = logins.close().toCompletableFuture();
        loop.until(closed::isDone);
        worker.shutdown();
        assertTrue(worker.awaitTermination(10, TimeUnit.SECONDS));
        leaks.assertNothingLeft();
    }

    private void start() throws Exception {
        assertTrue(Stages.now(logins.start(ANNA, DESK)).open());
        assertEquals(1, logins.running());
    }

    private void cancel() throws Exception {
        assertTrue(Stages.now(logins.cancel(ANNA)));
        logins.keepWarm(true);
    }

    private String state() {
        try {
            return Stages.now(logins.snapshot(ANNA)).state().orElseThrow().name();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void turnUntil(BooleanSupplier reached) throws InterruptedException {
        loop.turnUntil(reached, this::state);
    }

    @Test
    void startingAndCancellingInTurnsNeverRunsASecondProcess() throws Exception {
        logins.keepWarm(true);
        logins.keepWarm(false);
        for (int turn = 0; turn < 3; turn++) {
            start();
            turnUntil(() -> state().equals("awaiting_code"));
            cancel();
            start();
            cancel();
            start();
            // Cancels while the program is being started.
            int before = program.started();
            turnUntil(() -> program.started() > before);
            cancel();
        }
        start();
        turnUntil(() -> state().equals("awaiting_code"));
        assertEquals(1, program.mostAtOnce());
    }
}
