package dev.authbridge.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real folders, and a second process that holds one until it is killed. */
class HeldFolderTest {
    @TempDir
    private Path parent;

    /** The second process: holds a folder, prints its path, and waits to be killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(HeldFolder.create(Path.of(arguments[0]), "held-").path());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void aFolderThatCannotBeRemovedDoesNotKeepOthersFromBeingRemoved() throws Exception {
        for (String name : new String[] {"held-1", "held-2", "held-3"}) {
            Files.createDirectory(parent.resolve(name));
        }
        Files.createDirectory(parent.resolve("held-2").resolve(".held"));
        HeldFolder.removeAbandoned(parent, "held-");
        assertEquals(List.of("held-2"), entries());
    }

    @Test
    void aFolderHeldByAnotherProcessIsLeftAloneUntilThatIsKilled() throws Exception {
        Process other = TestPrograms.start(Holder.class, List.of(parent.toString()));
        try {
            Path held = Path.of(other.inputReader().readLine());
            Files.writeString(held.resolve("content"), "");
            HeldFolder.removeAbandoned(parent, "held-");
            assertTrue(Files.exists(held.resolve("content")));

            other.destroyForcibly();
            assertTrue(other.waitFor(30, TimeUnit.SECONDS));
            HeldFolder.removeAbandoned(parent, "held-");
            assertEquals(List.of(), entries());
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aFolderHeldByThisProcessIsLeftAloneHoweverOftenOneLooks() throws IOException {
        HeldFolder own = HeldFolder.create(parent, "held-");
        HeldFolder.removeAbandoned(parent, "held-");
        HeldFolder.removeAbandoned(parent, "held-");
        assertTrue(Files.exists(own.path()));
        own.remove();
        own.remove();
        assertEquals(List.of(), entries());
    }

    @Test
    void aFolderThatWasNeverLockedIsRemovedAndOtherNamesAreNot() throws IOException {
        Files.createDirectories(parent.resolve("held-1/deep/deeper"));
        Files.createDirectory(parent.resolve("kept"));
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Files.createSymbolicLink(parent.resolve("held-2"), elsewhere);
        HeldFolder.removeAbandoned(parent, "held-");
        assertFalse(Files.exists(parent.resolve("held-1")));
        assertTrue(Files.exists(parent.resolve("kept")));
        assertEquals(List.of(), entries(elsewhere), "a link leads to what is somebody else's");
    }

    @Test
    void aFolderMadeWhileOthersTidyUpIsKept() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Boolean> make = () -> {
                HeldFolder made = HeldFolder.create(parent, "held-");
                boolean kept = Files.exists(made.path());
                made.remove();
                return kept;
            };
            Callable<Boolean> tidyUp = () -> {
                HeldFolder.removeAbandoned(parent, "held-");
                return true;
            };
            List<Callable<Boolean>> work = IntStream.range(0, 200)
                    .mapToObj(turn -> turn % 2 == 0 ? make : tidyUp)
                    .toList();
            for (Future<Boolean> done : threads.invokeAll(work)) {
                assertTrue(done.get());
            }
            assertEquals(List.of(), entries());
        } finally {
            threads.shutdownNow();
        }
    }

    private List<String> entries() throws IOException {
        return entries(parent);
    }

    private static List<String> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
