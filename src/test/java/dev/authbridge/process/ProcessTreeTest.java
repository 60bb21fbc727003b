package dev.authbridge.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real shells on pipes. Programs that lead the session of a terminal are tested in {@code PtyTerminalTest}. */
@Timeout(60)
class ProcessTreeTest {
    /** Much longer than a test may take, so that a test that has to wait this long fails. */
    private static final Duration PATIENT = Duration.ofMinutes(10);

    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path folder;

    private final String variable = "RUN=" + UUID.randomUUID();
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        started.forEach(Process::destroyForcibly);
        assertEquals(List.of(), Processes.withEnvironment(variable + "\0"));
    }

    @Test
    void aChildThatLostItsParentAndItsSessionEndsWithTheProgram() throws Exception {
        ProcessTree tree = tree("(setsid sleep 600 &); (sleep 600 &); echo ready; exec sleep 600");
        assertTrue(tree.ask(PATIENT));
    }

    @Test
    void processesThatAnEndedProgramLeftBehindAreFound() throws Exception {
        ProcessTree tree = tree("(setsid sleep 600 >/dev/null &); echo ready");
        assertTrue(started.get(0).waitFor(20, TimeUnit.SECONDS));
        assertEquals(1, Processes.withEnvironment(variable + "\0").size());
        assertTrue(tree.kill());
    }

    @Test
    void aProcessThatIsStartedWhileTheProgramEndsIsFound() throws Exception {
        ProcessTree tree = tree(
                "trap '(setsid sleep 600 &); touch started; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        assertTrue(tree.ask(PATIENT));
        assertTrue(Files.exists(folder.resolve("started")));
    }

    @Test
    void eachProcessGetsSigtermOnce() throws Exception {
        ProcessTree tree = tree("trap 'echo asked >> asked' TERM; echo ready; while :; do sleep 0.05; done");
        assertFalse(tree.ask(SHORT));
        assertEquals(List.of("asked"), Files.readAllLines(folder.resolve("asked")));
        assertTrue(tree.kill());
    }

    @Test
    void aProcessThatIgnoresSigtermIsKilled() throws Exception {
        ProcessTree tree = tree("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        assertFalse(tree.ask(SHORT));
        assertTrue(tree.kill());
        assertEquals(137, started.get(0).waitFor());
    }

    @Test
    void aProgramWithALongerValueOfTheVariableIsLeftAlone() throws Exception {
        Process other = shell("echo ready; exec sleep 600", variable + "1");
        ProcessTree tree = tree("echo ready; exec sleep 600");
        assertTrue(tree.ask(PATIENT));
        assertTrue(other.isAlive());
    }

    @Test
    void afterTheReleaseNothingIsEnded() throws Exception {
        ProcessTree tree = tree("echo ready; exec sleep 600");
        tree.release();
        assertTrue(tree.kill());
        assertTrue(started.get(0).isAlive());
        started.get(0).destroyForcibly().waitFor();
    }

    private ProcessTree tree(String script) throws IOException {
        return ProcessTree.withVariable(shell(script, variable).pid(), variable);
    }

    private Process shell(String script, String entry) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script).directory(folder.toFile());
        builder.environment().put("RUN", entry.substring("RUN=".length()));
        Process shell = builder.start();
        started.add(shell);
        BufferedReader output = shell.inputReader();
        assertEquals("ready", output.readLine());
        return shell;
    }
}
