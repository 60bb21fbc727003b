package dev.authbridge.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import dev.authbridge.support.Leaks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With real shells. What they leave behind is tested in {@code PrintProcessTest} and {@link ProcessTreeTest}. */
@Timeout(60)
class PipedProgramTest {
    private final Leaks leaks = Leaks.before();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private TemporaryHome home;

    @BeforeEach
    void makeAHome() throws IOException {
        home = TemporaryHome.create();
    }

    @AfterEach
    void nothingIsLeft() {
        home.remove();
        leaks.assertNothingLeft();
    }

    @Test
    void theProgramReadsItsInputAndItsLinesAreReported() throws Exception {
        assertEquals(3, start("cat; echo error >&2; exit 3").run("grüße\n\n  \n中\r\n", lines::add));
        assertEquals(List.of("grüße", "中\r", "error"), lines);
    }

    @Test
    void aLastLineWithoutEndIsReported() throws Exception {
        assertEquals(0, start("printf 'one\\ntwo'").run("", lines::add));
        assertEquals(List.of("one", "two"), lines);
    }

    @Test
    void aProgramThatDoesNotReadItsInputIsHeardAllTheSame() throws Exception {
        assertEquals(1, start("echo no; exit 1").run("x".repeat(1_000_000), lines::add));
        assertEquals(List.of("no"), lines);
    }

    @Test
    void aLineThatIsTooLongEndsTheProgram() throws Exception {
        PipedProgram program = start("head -c 5000000 /dev/zero | tr '\\0' x; sleep 600");
        IOException failure = assertThrows(IOException.class, () -> program.run("", lines::add));
        assertTrue(failure.getMessage().contains("a line of more than"), failure.getMessage());
        assertEquals(List.of(), lines);
    }

    @Test
    void aReaderOfLinesThatFailsEndsTheProgram() throws Exception {
        PipedProgram program = start("echo line; sleep 600");
        assertThrows(
                IllegalStateException.class,
                () -> program.run("", line -> {
                    throw new IllegalArgumentException("a fault for the test");
                }));
    }

    @Test
    void endingItFromAnotherThreadIsTheEndOfItsRun() throws Exception {
        PipedProgram program = start("echo ready; exec sleep 600");
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> {
            try {
                return program.run("", lines::add);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Eventually.waitUntil(Duration.ofSeconds(20), () -> !lines.isEmpty(), () -> "it printed nothing");
        program.end();
        program.end();
        assertEquals(143, exit.get(20, TimeUnit.SECONDS));
    }

    @Test
    void aMissingProgramIsReported() {
        ProcessBuilder missing = new ProcessBuilder("/no/such/program");
        assertThrows(IOException.class, () -> PipedProgram.start(missing, home));
    }

    private PipedProgram start(String script) throws IOException {
        return PipedProgram.start(new ProcessBuilder("/bin/sh", "-c", script), home);
    }
}
