package dev.authbridge.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.print.PrintedLine;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real shells, some of which misbehave. */
class PrintProcessTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Leaks leaks = Leaks.before();
    private final ExecutorService worker = Executors.newCachedThreadPool();
    private final String mark = "RUN=" + UUID.randomUUID();
    private final Told told = new Told();

    /** Keeps what a run reports; its end is the exit code or the reason, as text. */
    private static final class Told implements PrintProcess.Listener {
        final List<PrintedLine> lines = new CopyOnWriteArrayList<>();
        final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void line(PrintedLine line) {
            lines.add(line);
        }

        @Override
        public void ended(int exitCode) {
            assertTrue(end.complete(Integer.toString(exitCode)));
        }

        @Override
        public void broke(Problem problem) {
            assertTrue(end.complete(problem.reason().wireName()));
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        worker.shutdown();
        assertTrue(worker.awaitTermination(20, TimeUnit.SECONDS));
        assertEquals(List.of(), Processes.withEnvironment(mark + "\0"));
        leaks.assertNothingLeft();
    }

    private ProcessBuilder shell(String script) {
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", script).directory(folder.toFile());
        shell.environment().put("RUN", mark.substring("RUN=".length()));
        return shell;
    }

    private PrintProcess run(String script) {
        PrintProcess process = new PrintProcess(temporary -> shell(script), "prompt", told, worker);
        process.start();
        return process;
    }

    private static void awaitGone(PrintProcess process) throws Exception {
        process.end().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private String ended() throws Exception {
        return told.end.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void allOutputIsReported() throws Exception {
        PrintProcess process = run("cat; printf ' and its last'; exit 3");
        assertEquals("3", ended());
        assertEquals(
                List.of("prompt and its last"),
                told.lines.stream()
                        .map(line -> ((PrintedLine.Words) line).text())
                        .toList());
        awaitGone(process);
    }

    @Test
    void aChildThatOutlivesTheProgramIsEnded() throws Exception {
        PrintProcess process = run("sleep 600 & echo word; exit 7");
        assertEquals("7", ended());
        assertEquals(1, told.lines.size());
        awaitGone(process);
    }

    @Test
    void aChildThatIsStartedWhileTheProgramIsEndedIsEndedToo() throws Exception {
        PrintProcess process =
                run("trap '(setsid sleep 600 &); touch started; exit 0' TERM; echo word; while :; do sleep 0.1; done");
        Eventually.waitUntil(SOON, () -> !told.lines.isEmpty(), () -> "it printed nothing");
        awaitGone(process);
        assertTrue(Files.exists(folder.resolve("started")));
        assertEquals("0", ended());
    }

    @Test
    void aChildThatCannotBeFoundDoesNotDelayTheEnd() throws Exception {
        // The child has left its parent, the session and its environment, and holds the output open.
        PrintProcess process = run("(env -i setsid sh -c 'echo $$ > pid; exec sleep 600' &); while [ ! -s pid ]; do"
                + " sleep 0.01; done; echo word; exit 5");
        assertEquals("5", ended());
        awaitGone(process);
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
    }

    @Test
    void aRunThatIsEndedBeforeItsProgramIsStartedEnds() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        PrintProcess process = new PrintProcess(
                temporary -> {
                    ended.join();
                    return shell("exec sleep 600");
                },
                "prompt",
                told,
                worker);
        process.start();
        CompletableFuture<Void> gone = process.end();
        ended.complete(null);
        gone.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aFaultOfTheBridgeIsReportedAsAFailure() throws Exception {
        PrintProcess process = new PrintProcess(
                temporary -> {
                    throw new IllegalStateException("a fault for the test");
                },
                "prompt",
                told,
                worker);
        process.start();
        assertEquals(Reason.CLI_FAILED.wireName(), ended());
        awaitGone(process);
    }

    @Test
    void aStoppingServerIsReported() throws Exception {
        worker.shutdown();
        PrintProcess process = run("exec sleep 600");
        assertEquals(Reason.CANCELLED.wireName(), ended());
        awaitGone(process);
    }
}
