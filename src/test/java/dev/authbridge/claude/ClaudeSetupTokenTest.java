package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.login.SetupToken;
import dev.authbridge.support.HandTurnedTimers;
import dev.authbridge.support.NotedSignals;
import dev.authbridge.support.SecretsGrep;
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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in a real terminal that is not the CLI, and a clock that the test turns. */
class ClaudeSetupTokenTest {
    private static final String SECRET = "sk-ant-oat01-" + "S".repeat(95);

    private final HandTurnedTimers timers = new HandTurnedTimers();
    private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final List<Object> told = new ArrayList<>();

    private void runNext() throws InterruptedException {
        Runnable task = loop.poll(10, TimeUnit.SECONDS);
        assertTrue(task != null, "nothing came to the loop");
        task.run();
    }

    @Test
    void aScreenThatNobodyKnowsIsSaidSoAndLoggedWithoutItsSecrets(@TempDir Path folder) throws Exception {
        Path program = Files.writeString(
                folder.resolve("claude"),
                "#!/bin/sh\n[ \"$1\" = --help ] && exit 0\nprintf 'Select a theme\\r\\n%s\\r\\n' " + SECRET
                        + "\nexec sleep 600\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Optional<ClaudeCommand> command = Optional.of(new ClaudeCommand(List.of(program.toString())));
        try (SecretsGrep log = SecretsGrep.open().secret(SECRET)) {
            SetupToken.Run run = new ClaudeSetupToken(
                            () -> command, Map.of("PATH", "/usr/bin:/bin"), timers, loop::add, Runnable::run)
                    .start(new NotedSignals(told::add));
            runNext();
            timers.turn(Duration.ofSeconds(44));
            assertEquals(List.of(), told, "it may still come to its prompt");
            timers.turn(Duration.ofSeconds(1));
            assertEquals(List.of("failed: unknown_screen"), told);
            CompletableFuture<Void> gone = run.end().toCompletableFuture();
            runNext();
            gone.get(10, TimeUnit.SECONDS);
            String logged = String.join("\n", log.log());
            assertTrue(logged.contains("Select a theme"), logged);
            assertFalse(logged.contains("sk-ant"), logged);
            log.assertNothingFound();
        }
    }
}
