package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SignInProgram;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.NotedEvents;
import dev.authbridge.terminal.PtyTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole sign-ins in real terminals, one after the other, with a shell script as the CLI: they leave nothing behind. */
class ManySignInsTest {
    private static final String CODE = "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#exampleStateNotARealOne_7Yk2pQ5vX";
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final ExecutorService worker = Executors.newFixedThreadPool(2);
    private final List<Object> told = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void loadWhatIsLoadedOnce() throws Exception {
        PtyTerminal.warmUp();
    }

    @AfterEach
    void endTheWorker() throws Exception {
        worker.shutdown();
        assertTrue(worker.awaitTermination(10, TimeUnit.SECONDS));
    }

    @Test
    void tenSignInsLeaveNothingBehind() throws Exception {
        signIn(10);
    }

    @Test
    @Tag("thorough")
    void threeHundredSignInsLeaveNothingBehind() throws Exception {
        signIn(300);
    }

    private void signIn(int times) throws Exception {
        Path program = Files.writeString(
                folder.resolve("claude"),
                """
                #!/bin/sh
                [ "$1" = --help ] && exit 0
                echo "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M"
                printf 'Paste code here if prompted > '
                read -r code
                printf 'Your OAuth token (valid for 1 year):\\n\\n%s\\n\\nStore this token securely.\\n'
                exec sleep 600
                """
                        .formatted(TOKEN));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Optional<ClaudeCommand> command = Optional.of(new ClaudeCommand(List.of(program.toString())));
        ClaudeSetupToken setupToken =
                new ClaudeSetupToken(() -> command, Map.of("PATH", "/usr/bin:/bin"), loop, worker);
        repeat(setupToken, 2);
        Leaks leaks = Leaks.before();
        repeat(setupToken, times);
        leaks.assertNothingLeft();
        assertEquals(0, loop.count(), "timers");
    }

    private void repeat(SignInProgram setupToken, int times) throws Exception {
        for (int time = 0; time < times; time++) {
            told.clear();
            SignInProgram.Run run = setupToken.start(new NotedEvents(told::add));
            turnUntil(() -> !told.isEmpty());
            assertInstanceOf(AuthorizationUrl.class, told.get(0));
            run.answer(new PastedCode(new Secret(CODE)).read());
            turnUntil(() -> told.size() > 1);
            assertEquals(2, told.size(), told::toString);
            CompletableFuture<Void> gone = run.end().toCompletableFuture();
            turnUntil(gone::isDone);
        }
    }

    private void turnUntil(BooleanSupplier reached) throws InterruptedException {
        loop.turnUntil(reached, told::toString);
    }
}
