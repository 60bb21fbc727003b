package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.Processes;
import dev.authbridge.terminal.PtyTerminal.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Small real programs under a real pseudo-terminal. */
@Timeout(120)
class PtyTerminalTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestListener listener = new TestListener();
    private final List<PtyTerminal> started = new ArrayList<>();
    private Leaks leaks;

    @TempDir
    Path folder;

    @BeforeAll
    static void loadNativeCode() throws IOException {
        PtyTerminal.warmUp();
    }

    @BeforeEach
    void notePresentState() {
        leaks = Leaks.before();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (PtyTerminal terminal : started) {
            await(terminal.close());
        }
        leaks.assertNothingLeft();
    }

    @Test
    void noOutputOfAQuickProgramIsEverLost() throws Exception {
        for (int run = 0; run < 300; run++) {
            TestListener one = new TestListener();
            PtyTerminal terminal = PtyTerminal.start(command("/bin/echo", "run " + run), one);
            assertEquals(0, one.awaitExit());
            assertEquals("run " + run + "\n", one.text());
            started.add(terminal);
        }
    }

    @Test
    void noOutputIsLostWhenManyStartAndEndTogether() throws Exception {
        List<TestListener> listeners = new ArrayList<>();
        for (int run = 0; run < 40; run++) {
            TestListener one = new TestListener();
            listeners.add(one);
            started.add(PtyTerminal.start(command("/bin/echo", "run " + run), one));
        }
        for (int run = 0; run < 40; run++) {
            assertEquals(0, listeners.get(run).awaitExit());
            assertEquals("run " + run + "\n", listeners.get(run).text());
        }
    }

    @Test
    void theProgramSeesTheSizeFromItsFirstMoment() throws Exception {
        for (int run = 0; run < 20; run++) {
            TestListener one = new TestListener();
            started.add(PtyTerminal.start(command("stty", "size"), one));
            assertEquals(0, one.awaitExit());
            assertEquals("50 1000\n", one.text());
        }
    }

    @Test
    void theEnvironmentIsWhatIsGivenAndNothingElse() throws Exception {
        start("env");
        assertEquals(0, listener.awaitExit());
        assertEquals(
                new TreeSet<>(List.of("FOLDER=" + folder, "PATH=/usr/bin:/bin", "GREETING=two words = a=b")), lines());
    }

    @Test
    void theProgramLeadsASessionAndGroupOfItsOwnInItsFolder() throws Exception {
        start(
                "sh",
                "-c",
                "read -r pid name state parent group session rest </proc/$$/stat; "
                        + "echo $((group == $$)) $((session == $$)); pwd; tty; : </dev/tty && echo controlling");
        assertEquals(0, listener.awaitExit());
        assertTrue(
                listener.text().matches("1 1\n" + folder.toRealPath() + "\n/dev/pts/\\d+\ncontrolling\n"),
                listener.text());
    }

    @Test
    void theExitCodeIsReported() throws Exception {
        start("sh", "-c", "exit 7");
        assertEquals(7, listener.awaitExit());
    }

    @Test
    void aSignalIsReportedAs128AndItsNumber() throws Exception {
        start("sh", "-c", "kill -9 $$");
        assertEquals(137, listener.awaitExit());
    }

    @Test
    void theExitIsReportedOnceAndAfterAllOutput() throws Exception {
        PtyTerminal terminal = start("sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x");
        listener.awaitExit();
        await(terminal.close());
        assertEquals(300_000, listener.bytes().length);
        assertEquals(List.of(0), listener.exits());
        assertFalse(listener.outputAfterExit());
    }

    @Test
    void bytesAbove127ArriveUnchanged() throws Exception {
        start("printf", "\\377\\200\\342\\234\\224");
        listener.awaitExit();
        byte[] expected = {(byte) 0xff, (byte) 0x80, (byte) 0xe2, (byte) 0x9c, (byte) 0x94};
        assertArrayEquals(expected, listener.bytes());
    }

    @Test
    void writesArriveInOrder() throws Exception {
        PtyTerminal terminal = start("sh", "-c", "stty raw -echo; echo ready; head -c 200");
        listener.awaitText("ready");
        StringBuilder expected = new StringBuilder();
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (int write = 100; write < 150; write++) {
            expected.append(write).append(' ');
            writes.add(terminal.write((write + " ").getBytes(UTF_8)));
        }
        for (CompletionStage<Void> write : writes) {
            await(write);
        }
        assertEquals(0, listener.awaitExit());
        assertEquals("ready\n" + expected, listener.text());
    }

    @Test
    void aWriteSendsTheBytesAsTheyWereWhenItWasCalled() throws Exception {
        PtyTerminal terminal = start("sh", "-c", "stty raw -echo; echo ready; head -c 4; exec sleep 1000");
        listener.awaitText("ready");
        byte[] bytes = "true".getBytes(UTF_8);
        CompletionStage<Void> written = terminal.write(bytes);
        Arrays.fill(bytes, (byte) 0);
        await(written);
        listener.awaitText("true");
        await(terminal.close());
    }

    @Test
    void aWriteThatNobodyReadsFailsAtItsDeadlineAndClosingStillWorks() throws Exception {
        Limits quick = new Limits(Duration.ofMillis(300), Duration.ofMillis(300));
        PtyTerminal terminal = start(quick, "sh", "-c", "stty raw -echo; echo ready; exec tail -f /dev/null");
        listener.awaitText("ready");
        CompletionStage<Void> large = terminal.write(new byte[1 << 20]);
        CompletionStage<Void> behind = terminal.write(new byte[] {'x'});
        assertTrue(
                failure(large).getMessage().contains("did not read"),
                failure(large).getMessage());
        assertTrue(
                failure(behind).getMessage().contains("did not read"),
                failure(behind).getMessage());
        await(terminal.close());
    }

    @Test
    void aWriteAfterTheEndFails() throws Exception {
        PtyTerminal terminal = start("true");
        listener.awaitExit();
        await(terminal.close());
        assertEquals(
                "the program has ended",
                failure(terminal.write(new byte[] {'x'})).getMessage());
    }

    @Test
    void aWriteAfterCloseFailsAtOnce() throws Exception {
        PtyTerminal terminal = start("sleep", "1000");
        CompletionStage<Void> closed = terminal.close();
        assertEquals(
                "the program has ended",
                failure(terminal.write(new byte[] {'x'})).getMessage());
        await(closed);
    }

    /**
     * Between fork and exec a program is a copy of this JVM, which would swallow the SIGTERM. Without waiting for exec, about one
     * in 150 of these, which get in each other's way, has to be killed.
     */
    @Test
    void aProgramThatHasOnlyJustStartedEndsWhenItIsAsked() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            Callable<List<Integer>> startAndClose = () -> {
                TestListener one = new TestListener();
                await(PtyTerminal.start(command("sleep", "1000"), one).close());
                return one.exits();
            };
            for (Future<List<Integer>> exits : threads.invokeAll(Collections.nCopies(200, startAndClose))) {
                assertEquals(List.of(143), exits.get());
            }
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void closingEndsTheProgramAndReportsItsExit() throws Exception {
        PtyTerminal terminal = start("sh", "-c", "echo ready; exec sleep 1000");
        listener.awaitText("ready");
        await(terminal.close());
        assertEquals(List.of(143), listener.exits());
    }

    @Test
    void closingKillsAProgramThatIgnoresSigterm() throws Exception {
        Limits quick = new Limits(Duration.ofSeconds(10), Duration.ofMillis(200));
        PtyTerminal terminal = start(quick, "sh", "-c", "trap '' TERM HUP; echo ready; while :; do sleep 1000; done");
        listener.awaitText("ready");
        await(terminal.close());
        assertEquals(List.of(137), listener.exits());
    }

    @Test
    void closingLetsAProgramFinishItsOutput() throws Exception {
        PtyTerminal terminal =
                start("sh", "-c", "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        listener.awaitText("ready");
        await(terminal.close());
        assertEquals(List.of(3), listener.exits());
        assertTrue(listener.text().endsWith("bye\n"), listener.text());
    }

    @Test
    void closingTwiceOrAfterTheEndDoesNoHarm() throws Exception {
        PtyTerminal terminal = start("sleep", "1000");
        CompletionStage<Void> first = terminal.close();
        CompletionStage<Void> second = terminal.close();
        await(first);
        await(second);
        await(terminal.close());
        assertEquals(1, listener.exits().size());
    }

    @Test
    void closingEndsAChildThatLeftTheSession() throws Exception {
        PtyTerminal terminal = start("sh", "-c", "setsid sleep 1000 & echo ready; wait");
        listener.awaitText("ready");
        awaitOurs(2);
        await(terminal.close());
        assertEquals(List.of(), ours());
    }

    @Test
    void closingEndsAGrandchildThatLeftTheSessionAndLostItsParent() throws Exception {
        PtyTerminal terminal = start("sh", "-c", "(setsid sleep 1000 &) ; (sleep 1000 &) ; echo ready; sleep 1000");
        listener.awaitText("ready");
        awaitOurs(4);
        await(terminal.close());
        assertEquals(List.of(), ours());
    }

    @Test
    void closingEndsAChildThatIgnoresSigtermAndHasLeftTheTerminal() throws Exception {
        Limits quick = new Limits(Duration.ofSeconds(10), Duration.ofMillis(200));
        PtyTerminal terminal = start(
                quick, "sh", "-c", "trap '' TERM HUP; setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo ready; wait");
        listener.awaitText("ready");
        awaitOurs(2);
        await(terminal.close());
        assertEquals(List.of(), ours());
    }

    @Test
    void processesThatAProgramLeavesBehindEndWithIt() throws Exception {
        PtyTerminal terminal = start("sh", "-c", "setsid sleep 1000 & sleep 1000 & echo done");
        assertEquals(0, listener.awaitExit());
        await(terminal.close());
        assertEquals(List.of(), ours());
    }

    @Test
    void aMissingProgramIsReported() {
        assertEquals("no such program: no-such-program", startFailure(command("no-such-program")));
        assertEquals("no such program: /no/such", startFailure(command("/no/such")));
        assertEquals("no such program: " + folder, startFailure(command(folder.toString())));
    }

    @Test
    void aFileThatIsNotExecutableIsReported() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        assertEquals("no such program: " + file, startFailure(command(file.toString())));
    }

    @Test
    void aMissingFolderIsReported() {
        PtyCommand command = new PtyCommand(List.of("true"), environment(), folder.resolve("none"), 80, 24);
        assertEquals("no folder to work in: " + folder.resolve("none"), startFailure(command));
    }

    @Test
    void stringsThatCWouldMisreadAreRefused() {
        assertEquals("a NUL character in an argument", startFailure(command("echo", "a\0b")));
        for (Map<String, String> bad : List.of(Map.of("A=B", "c"), Map.of("", "c"), Map.of("A", "c\0d"))) {
            PtyCommand command = new PtyCommand(List.of("/bin/true"), bad, folder, 80, 24);
            assertTrue(startFailure(command).startsWith("no name or value"), startFailure(command));
        }
        assertEquals("no program given", startFailure(command()));
        PtyCommand flat = new PtyCommand(List.of("/bin/true"), Map.of(), folder, 0, 24);
        assertEquals("no such terminal: 0 columns, 24 rows", startFailure(flat));
    }

    @Test
    void failedStartsLeaveNoDescriptorAndNoThread() {
        for (int run = 0; run < 50; run++) {
            startFailure(command("no-such-program"));
            startFailure(new PtyCommand(List.of("true"), environment(), folder.resolve("none"), 80, 24));
        }
        leaks.assertNothingLeft();
    }

    @Test
    void aTerminalThatFailsToStartItsProgramLeavesNoDescriptor() throws IOException {
        for (int run = 0; run < 5; run++) {
            PtyDevice device = PtyDevice.open(80, 24);
            assertThrows(IOException.class, () -> device.start(List.of("/no/such"), Map.of(), folder));
            device.close();
        }
        leaks.assertNothingLeft();
    }

    @Test
    void aListenerThatThrowsDoesNotStopTheTerminal() throws Exception {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        PtyTerminal terminal = PtyTerminal.start(command("echo", "x"), new PtyTerminal.Listener() {
            @Override
            public void output(byte[] chunk) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void exited(int exitCode) {
                exit.complete(exitCode);
                throw new IllegalStateException("on purpose");
            }
        });
        assertEquals(0, exit.get(30, TimeUnit.SECONDS));
        await(terminal.close());
    }

    @Test
    void noThreadIsNamedAfterTheArguments() throws Exception {
        start("sh", "-c", "echo ready; exec sleep 1000", "an-argument");
        listener.awaitText("ready");
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().contains("an-argument")));
    }

    @Test
    void theTextOfACommandHasNeitherArgumentsNorEnvironment() {
        assertEquals("PtyCommand[echo]", command("echo", "secret").toString());
    }

    private PtyTerminal start(String... words) throws IOException {
        return start(Limits.USUAL, words);
    }

    private PtyTerminal start(Limits limits, String... words) throws IOException {
        PtyTerminal terminal = PtyTerminal.start(command(words), listener, limits);
        started.add(terminal);
        return terminal;
    }

    private PtyCommand command(String... words) {
        return new PtyCommand(List.of(words), environment(), folder, 1000, 50);
    }

    private Map<String, String> environment() {
        return Map.of("PATH", "/usr/bin:/bin", "GREETING", "two words = a=b", "FOLDER", folder.toString());
    }

    private TreeSet<String> lines() {
        return new TreeSet<>(listener.text().lines().toList());
    }

    /** All processes that this test started; they have its folder in their environment. */
    private List<ProcessHandle> ours() {
        return Processes.withEnvironment(folder.toString());
    }

    private void awaitOurs(int count) {
        Eventually.waitUntil(LIMIT, () -> ours().size() >= count, () -> count + " processes, there were " + ours());
    }

    private String startFailure(PtyCommand command) {
        return assertThrows(IOException.class, () -> PtyTerminal.start(command, listener))
                .getMessage();
    }

    private static void await(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletionStage<Void> stage) throws Exception {
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> stage.toCompletableFuture().get(30, TimeUnit.SECONDS));
        assertTrue(failed.getCause() instanceof IOException, failed.toString());
        return failed.getCause();
    }
}
