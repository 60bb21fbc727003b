package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.ClaudeSource;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SignInProgram;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.HandTurnedTimers;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.NotedEvents;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.terminal.FirstStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in a real terminal that is not the CLI, and a clock that the test turns. */
class ClaudeSetupTokenTest {
    private static final String SECRET = "sk-ant-oat01-" + "S".repeat(95);

    private final HandTurnedTimers timers = new HandTurnedTimers();
    private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final List<Object> told = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void loadWhatIsLoadedOnce() throws Exception {
        FirstStart.run();
    }

    /** A program in the CLI's place; what it is called with is written to {@code calls}. */
    private ClaudeSetupToken setupToken(String script) throws IOException {
        Path program = Files.writeString(
                folder.resolve("claude"), "#!/bin/sh\necho \"$*\" >> " + folder.resolve("calls") + "\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Optional<ClaudeCommand> command = Optional.of(new ClaudeCommand(List.of(program.toString())));
        return new ClaudeSetupToken(() -> command, Map.of("PATH", "/usr/bin:/bin"), timers, loop::add, Runnable::run);
    }

    private void runNext() throws InterruptedException {
        Runnable task = loop.poll(10, TimeUnit.SECONDS);
        assertTrue(task != null, "nothing came to the loop");
        task.run();
    }

    @Test
    void aScreenThatNobodyKnowsIsSaidSoAndLoggedWithoutItsSecrets() throws Exception {
        ClaudeSetupToken setupToken = setupToken("[ \"$1\" = --help ] && exit 0\n"
                + "printf 'Select a theme\\r\\n%s\\r\\n' " + SECRET + "\ntouch \"${0%/*}/printed\"\nexec sleep 600\n");
        try (SecretsGrep log = SecretsGrep.open().secret(SECRET)) {
            SignInProgram.Run run = setupToken.start(new NotedEvents(told::add));
            Eventually.waitUntil(
                    Duration.ofSeconds(20), () -> Files.exists(folder.resolve("printed")), () -> "it prints nothing");
            runNext();
            // The terminal may hand a line over in pieces.
            for (Runnable next = loop.poll(200, TimeUnit.MILLISECONDS);
                    next != null;
                    next = loop.poll(200, TimeUnit.MILLISECONDS)) {
                next.run();
            }
            timers.turn(Duration.ofSeconds(44));
            assertEquals(List.of(), told, "it may still come to its prompt");
            timers.turn(Duration.ofSeconds(1));
            assertEquals(List.of("failed: unknown_screen"), told);
            CompletableFuture<Void> gone = run.end().toCompletableFuture();
            turnUntil(gone::isDone);
            String logged = String.join("\n", log.log());
            assertTrue(logged.contains("Select a theme"), logged);
            assertFalse(logged.contains("sk-ant"), logged);
            log.assertNothingFound();
        }
    }

    @Test
    void aCliThatRefusesTheAccessibleRenderingIsStartedAgainWithoutAndAskedForItNoMore() throws Exception {
        Leaks leaks = Leaks.before();
        ClaudeSetupToken setupToken = setupToken(
                """
                case "$1" in
                --help) echo "  --ax-screen-reader" ;;
                --ax-screen-reader) echo "error: unknown option '--ax-screen-reader'"; exit 1 ;;
                *) echo "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M"
                   echo "Paste code here if prompted >"
                   exec sleep 600 ;;
                esac
                """);
        for (int login = 0; login < 2; login++) {
            told.clear();
            SignInProgram.Run run = setupToken.start(new NotedEvents(told::add));
            turnUntil(() -> !told.isEmpty());
            assertInstanceOf(AuthorizationUrl.class, told.get(0));
            CompletableFuture<Void> gone = run.end().toCompletableFuture();
            turnUntil(gone::isDone);
        }
        assertEquals(
                List.of("--help", "--ax-screen-reader setup-token", "setup-token", "setup-token"),
                Files.readAllLines(folder.resolve("calls")));
        leaks.assertNothingLeft();
    }

    @Test
    void theTimeThatTheCliHasToStartBeginsOnceItIsInstalled() throws Exception {
        Path program = Files.writeString(
                folder.resolve("claude"), "#!/bin/sh\n[ \"$1\" = --help ] && exit 0\nexec sleep 600\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        CompletableFuture<Void> installed = new CompletableFuture<>();
        ClaudeSource source = new ClaudeSource() {
            @Override
            public Optional<ClaudeCommand> find() {
                return Optional.of(new ClaudeCommand(List.of(program.toString())));
            }

            @Override
            public CompletionStage<Void> settled() {
                return installed;
            }
        };
        ClaudeSetupToken setupToken =
                new ClaudeSetupToken(source, Map.of("PATH", "/usr/bin:/bin"), timers, loop::add, Runnable::run);
        SignInProgram.Run run = setupToken.start(new NotedEvents(told::add));
        assertTrue(setupToken.installing());
        timers.turn(Duration.ofMinutes(20));
        assertEquals(List.of(), told, "it waits");
        installed.complete(null);
        assertFalse(setupToken.installing());
        runNext();
        timers.turn(Duration.ofSeconds(44));
        assertEquals(List.of(), told, "it may still come to its prompt");
        timers.turn(Duration.ofSeconds(1));
        assertEquals(List.of("failed: unknown_screen"), told);
        CompletableFuture<Void> gone = run.end().toCompletableFuture();
        turnUntil(gone::isDone);
    }

    /** Runs what comes to the loop, and lets the screen come to rest in between. */
    private void turnUntil(BooleanSupplier reached) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!reached.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "it does not come: " + told);
            Runnable task = loop.poll(20, TimeUnit.MILLISECONDS);
            if (task == null) {
                timers.turn(Duration.ofMillis(40));
            } else {
                task.run();
            }
        }
    }
}
