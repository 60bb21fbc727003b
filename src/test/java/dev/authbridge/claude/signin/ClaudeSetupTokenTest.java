package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SignInProgram;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.NotedEvents;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.terminal.PtyTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shell script in the CLI's place, in a real terminal, and a clock that the test turns. */
class ClaudeSetupTokenTest {
    private static final String SECRET = "sk-ant-oat01-" + "S".repeat(95);

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final List<Object> told = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void loadWhatIsLoadedOnce() throws Exception {
        PtyTerminal.warmUp();
    }

    /** A program in the CLI's place; what it is called with is written to {@code calls}. */
    private ClaudeCommand program(String script) throws IOException {
        Path program = Files.writeString(
                folder.resolve("claude"), "#!/bin/sh\necho \"$*\" >> " + folder.resolve("calls") + "\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new ClaudeCommand(List.of(program.toString()));
    }

    private ClaudeSetupToken setupToken(ClaudeCommand.Source source) {
        return new ClaudeSetupToken(source, Map.of("PATH", "/usr/bin:/bin"), loop, Runnable::run);
    }

    private ClaudeSetupToken setupToken(String script) throws IOException {
        Optional<ClaudeCommand> command = Optional.of(program(script));
        return setupToken(() -> command);
    }

    /** The CLI has 45 s for coming to its prompt. */
    private void assertThatItsTimeToStartBeginsNow() {
        loop.turn(Duration.ofSeconds(44));
        assertEquals(List.of(), told, "it may still come to its prompt");
        loop.turn(Duration.ofSeconds(1));
        assertEquals(List.of("failed: unknown_screen"), told);
    }

    @Test
    void anUnknownScreenIsReportedAndLoggedWithoutItsSecrets() throws Exception {
        ClaudeSetupToken setupToken = setupToken("[ \"$1\" = --help ] && exit 0\n"
                + "printf 'Select a theme\\r\\n%s\\r\\n' " + SECRET + "\ntouch \"${0%/*}/printed\"\nexec sleep 600\n");
        try (SecretsGrep log = SecretsGrep.open().secret(SECRET)) {
            SignInProgram.Run run = setupToken.start(new NotedEvents(told::add));
            Eventually.waitUntil(
                    Duration.ofSeconds(20), () -> Files.exists(folder.resolve("printed")), () -> "it prints nothing");
            loop.runNext();
            // The terminal may hand a line over in pieces.
            while (loop.runNextWithin(Duration.ofMillis(200))) {
                // until nothing more comes
            }
            assertThatItsTimeToStartBeginsNow();
            end(run);
            String logged = String.join("\n", log.log());
            assertTrue(logged.contains("Select a theme"), logged);
            assertFalse(logged.contains("sk-ant"), logged);
            log.assertNothingFound();
        }
    }

    @Test
    void aCliThatRefusesTheAccessibleRenderingIsStartedAgainWithoutItAndNotAskedForItAgain() throws Exception {
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
            end(run);
        }
        assertEquals(
                List.of("--help", "--ax-screen-reader setup-token", "setup-token", "setup-token"),
                Files.readAllLines(folder.resolve("calls")));
        leaks.assertNothingLeft();
    }

    @Test
    void whatTheCliSaysBeforeItEndsIsToldInOneLineAndWithoutSecrets() throws Exception {
        ClaudeSetupToken setupToken = setupToken("[ \"$1\" = --help ] && exit 0\n"
                + "printf '\\033[31mIt looks like your version of Claude Code needs\\342\\200\\256an update.\\033[0m\\n\\n'\n"
                + "echo 'To update, please run: claude update " + SECRET + "'\nexit 1\n");
        List<Problem> failures = new ArrayList<>();
        SignInProgram.Run run = setupToken.start(new NotedEvents(told::add) {
            @Override
            public void failed(Problem problem) {
                failures.add(problem);
            }
        });
        turnUntil(() -> !failures.isEmpty());
        assertEquals(
                List.of(new Problem(
                        Reason.CLI_FAILED,
                        "The Claude CLI ended (exit code 1) and said: It looks like your version of Claude Code needs an"
                                + " update. To update, please run: claude update [redacted]")),
                failures);
        end(run);
    }

    /**
     * Reads a code, refuses it, and then does what is given; {@code n} is the number of the process. The second process gives a
     * token out, and notes what of the first still lives.
     */
    private static String refusesOnceAndThen(String thing) {
        return """
                [ "$1" = --help ] && exit 0
                cd "${0%%/*}"; n=$(grep -c setup-token calls)
                for pid in $(cat pids 2>/dev/null); do grep -s '^State:.[^ZX]' /proc/$pid/status >> alive; done; [ -s alive ] || rm -f alive
                sh -c 'trap "" HUP; echo $$ >> pids; exec sleep 600' &
                until [ -s pids ]; do sleep 0.01; done; echo $$ >> pids
                echo "https://claude.ai/oauth/authorize?code=true&state=process-$n"
                printf 'Paste code here if prompted >'; read -r code
                if [ $n = 2 ]; then
                  echo "Your OAuth token (valid for 1 year):"; echo %s; echo "Store this token securely."; exec sleep 600
                fi
                echo "OAuth error: Request failed with status code 400"; echo "Press Enter to retry."
                %s
                """
                .formatted(SECRET, thing);
    }

    /** Hands in a code and waits until the echo of it was answered. */
    private void submitTo(SignInProgram.Run run, String state) throws Exception {
        int before = told.size();
        run.answer(new PastedCode(new Secret("c".repeat(43) + "#" + state + "s".repeat(30))).read());
        turnUntil(() -> told.size() > before);
    }

    /** For a program that does nothing more; it has 300 ms, twice 3 s, and 20 s. */
    private void turnFastUntil(int events) throws Exception {
        for (int second = 0; second < 25 && told.size() < events; second++) {
            loop.runNextWithin(Duration.ofMillis(50));
            loop.turn(Duration.ofSeconds(1));
        }
    }

    /** 2.1.20 ignores Enter at that point (measured with the real one, {@link ClaudeSetupTokenIT}). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec sleep 600",
                "while :; do read -r ignored; echo 'Press Enter to retry.'; done",
                "read -r enter; exit 0",
                "exit 3",
                "read -r enter; printf '\\033[2J\\033[H'; exec sleep 600"
            })
    void aCliThatDoesNotComeBackFromARefusedCodeIsReplacedByAnother(String thing) throws Exception {
        Leaks leaks = Leaks.before();
        SignInProgram.Run run = setupToken(refusesOnceAndThen(thing)).start(new NotedEvents(told::add));
        turnUntil(() -> !told.isEmpty());
        submitTo(run, "process-1");
        assertEquals(Reason.CODE_REJECTED, told.get(1));
        turnFastUntil(3);
        turnUntil(() -> told.size() == 4);
        assertEquals("started anew", told.get(2));
        AuthorizationUrl url = assertInstanceOf(AuthorizationUrl.class, told.get(3));
        assertEquals(Optional.of("process-2"), url.state());
        assertFalse(Files.exists(folder.resolve("alive")), "something of the first process still lived");
        submitTo(run, "process-2");
        assertEquals(new Secret(SECRET), told.get(4));
        end(run);
        leaks.assertNothingLeft();
    }

    @Test
    void aCliThatStopsWithoutACodeIsNotReplacedForEver() throws Exception {
        SignInProgram.Run run = setupToken(
                        """
                [ "$1" = --help ] && exit 0
                echo "https://claude.ai/oauth/authorize?code=true&state=abc"
                echo 'Paste code here if prompted >'; sleep 0.3
                echo "OAuth error: connect ECONNREFUSED"; echo "Press Enter to retry."; exec sleep 600
                """)
                .start(new NotedEvents(told::add));
        turnUntil(() -> !told.isEmpty());
        turnFastUntil(2);
        assertEquals("failed: network", told.get(1));
        end(run);
        assertOneProcessWasStarted();
    }

    @Test
    void aLoginThatEndsWhileAnotherProcessIsToTakeOverStartsNone() throws Exception {
        SignInProgram.Run run = setupToken(refusesOnceAndThen("exec sleep 600")).start(new NotedEvents(told::add));
        turnUntil(() -> !told.isEmpty());
        submitTo(run, "process-1");
        loop.turn(Duration.ofSeconds(7));
        assertEquals("started anew", told.get(2));
        end(run);
        assertOneProcessWasStarted();
        assertEquals(3, told.size());
    }

    @Test
    void aServerThatIsNotLetInIsToldSoAndItsLoginEnds() throws Exception {
        SignInProgram.Run run = setupToken(
                        refusesOnceAndThen("exec sleep 600").replace("status code 400", "status code 403"))
                .start(new NotedEvents(told::add));
        turnUntil(() -> !told.isEmpty());
        submitTo(run, "process-1");
        assertEquals(List.of("failed: not_allowed"), told.subList(1, told.size()));
        end(run);
    }

    @Test
    void theTimeThatTheCliHasToStartBeginsOnceItIsInstalled() throws Exception {
        ClaudeCommand sleeper = program("[ \"$1\" = --help ] && exit 0\nexec sleep 600\n");
        CompletableFuture<Void> installed = new CompletableFuture<>();
        ClaudeCommand.Source source = new ClaudeCommand.Source() {
            @Override
            public Optional<ClaudeCommand> find() {
                return Optional.of(sleeper);
            }

            @Override
            public CompletionStage<Void> settled() {
                return installed;
            }
        };
        ClaudeSetupToken setupToken = setupToken(source);
        SignInProgram.Run run = setupToken.start(new NotedEvents(told::add));
        assertTrue(setupToken.installing());
        loop.turn(Duration.ofMinutes(20));
        assertEquals(List.of(), told, "it waits");
        installed.complete(null);
        assertFalse(setupToken.installing());
        loop.runNext();
        assertThatItsTimeToStartBeginsNow();
        end(run);
    }

    /** The CLI gives up by itself after 30 s, but old ones never do. */
    @Test
    void aCodeThatIsNotAnsweredWithin45SecondsIsTheNetworksFault() throws Exception {
        ClaudeSetupToken setupToken = setupToken(
                """
                        [ "$1" = --help ] && exit 0
                        echo "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M"
                        printf "Paste code here if prompted > "
                        read -r code
                        touch "${0%/*}/read"
                        exec sleep 600
                        """);
        SignInProgram.Run run = setupToken.start(new NotedEvents(told::add));
        turnUntil(() -> !told.isEmpty());
        assertInstanceOf(AuthorizationUrl.class, told.remove(0));
        run.answer(new AuthorizationCode("a-code-of-the-service", Optional.empty()));
        turnUntil(() -> Files.exists(folder.resolve("read")));
        loop.turn(Duration.ofSeconds(44));
        assertEquals(List.of(), told, "the answer may still come");
        loop.turn(Duration.ofSeconds(1));
        assertEquals(List.of("failed: network"), told);
        end(run);
    }

    private void assertOneProcessWasStarted() throws IOException {
        assertEquals(
                1,
                Files.readAllLines(folder.resolve("calls")).stream()
                        .filter("setup-token"::equals)
                        .count());
    }

    private void end(SignInProgram.Run run) throws InterruptedException {
        CompletableFuture<Void> gone = run.end().toCompletableFuture();
        turnUntil(gone::isDone);
    }

    private void turnUntil(BooleanSupplier reached) throws InterruptedException {
        loop.turnUntil(reached, told::toString);
    }
}
