package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.process.TemporaryHome;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.Leaks;
import dev.authbridge.terminal.PtyCommand;
import dev.authbridge.terminal.PtyTerminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real program in a real terminal, and a loop that turns only when the test turns it. */
@Timeout(60)
class CliTerminalTest {
    private final HandTurnedLoop loop = new HandTurnedLoop();

    @BeforeAll
    static void loadWhatIsLoadedOnce() throws Exception {
        PtyTerminal.warmUp();
    }

    @Test
    void aProgramThatWritesWithoutEndIsSlowedDownByTheLoop() throws Exception {
        Leaks leaks = Leaks.before();
        ExecutorService worker = Executors.newSingleThreadExecutor();
        CliTerminal terminal = new CliTerminal(80, loop, worker, new Deaf());
        terminal.open(CompletableFuture.completedFuture(null), CliTerminalTest::startYes, false);

        assertTrue(Eventually.holds(Duration.ofSeconds(30), () -> loop.actions() == CliTerminal.MAX_WAITING));
        assertFalse(Eventually.holds(Duration.ofMillis(200), () -> loop.actions() > CliTerminal.MAX_WAITING));
        for (int turn = 0; turn < 4 * CliTerminal.MAX_WAITING; turn++) {
            loop.runNext();
        }

        CompletableFuture<Void> closed = terminal.close();
        loop.until(closed::isDone);
        worker.shutdown();
        leaks.assertNothingLeft();
    }

    @Test
    void aTerminalThatIsClosedBeforeTheCliIsReadyIsNeverOpened() throws Exception {
        List<String> opened = new ArrayList<>();
        CompletableFuture<Void> ready = new CompletableFuture<>();
        CliTerminal terminal = new CliTerminal(80, loop, Runnable::run, new Deaf());
        terminal.open(
                ready,
                (listener, plain) -> {
                    opened.add("opened");
                    throw new IOException("of no use to anybody");
                },
                false);
        terminal.close().get(1, TimeUnit.SECONDS);
        ready.complete(null);
        assertEquals(List.of(), opened);
    }

    @Test
    void anErrorWhileTheTerminalIsOpenedIsReportedAndLeavesNobodyWaiting() throws Exception {
        List<Problem> told = new ArrayList<>();
        CliTerminal terminal = new CliTerminal(80, loop, Runnable::run, new Deaf() {
            @Override
            public void notOpened(Problem problem) {
                told.add(problem);
            }
        });
        terminal.open(
                CompletableFuture.completedFuture(null),
                (listener, plain) -> {
                    throw new NoClassDefFoundError("a native library that does not load");
                },
                false);
        loop.runNext();
        assertEquals(
                List.of(Reason.CLI_FAILED), told.stream().map(Problem::reason).toList());
        terminal.close().get(10, TimeUnit.SECONDS);
    }

    private static CliTerminal.Opened startYes(PtyTerminal.Listener listener, boolean plain) throws IOException {
        TemporaryHome home = TemporaryHome.create();
        PtyTerminal yes = PtyTerminal.start(
                new PtyCommand(List.of("yes"), Map.of("PATH", "/usr/bin:/bin"), home.folder(), 80, 24), listener);
        return new CliTerminal.Opened(yes, home, false);
    }

    private static class Deaf implements CliTerminal.Listener {
        @Override
        public void notOpened(Problem problem) {
            throw new AssertionError(problem.toString());
        }

        @Override
        public void cameToRest() {}

        @Override
        public void inputLost() {}

        @Override
        public void exited(int exitCode, boolean accessible) {}
    }
}
