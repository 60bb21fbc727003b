package dev.authbridge.chat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The processes of one run: its program, and all that this has started.
 *
 * <p>They are found by descent and, on Linux, by a variable of their environment that no other run has and that every child
 * inherits. So a process that lost its parent, or left the session, or was started while the others were being ended, is
 * found, too. What has done all of that and emptied its environment is not. Safe for use by several threads; one waits for
 * the other.
 */
final class ProcessFamily {
    private static final Path PROC = Path.of("/proc");

    /** SIGKILL takes effect at once, but for a process that waits for a disk. */
    private static final Duration TO_DIE = Duration.ofSeconds(2);

    /** The kernel tells the end of a process to its parent only; for the others one has to look again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Process program;
    private final String mark;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    /** @param mark an entry of the program's environment, as {@code NAME=value}, that is no other run's */
    ProcessFamily(Process program, String mark) {
        this.program = program;
        this.mark = mark;
    }

    /** Asks all to end (SIGTERM). Blocks for the grace at most; says whether all are gone. */
    synchronized boolean ask(Duration grace) throws InterruptedException {
        return end(ProcessHandle::destroy, grace);
    }

    /** Kills all (SIGKILL). Blocks for a moment; says whether all are gone. */
    synchronized boolean kill() throws InterruptedException {
        return end(ProcessHandle::destroyForcibly, TO_DIE);
    }

    private boolean end(Consumer<ProcessHandle> signal, Duration atMost) throws InterruptedException {
        Set<ProcessHandle> signalled = new LinkedHashSet<>();
        long start = System.nanoTime();
        for (Set<ProcessHandle> living = living(); !living.isEmpty(); living = living()) {
            // Once each: a second SIGTERM means "at once" to some. What was started meanwhile gets its own.
            living.stream().filter(signalled::add).forEach(signal);
            if (System.nanoTime() - start > atMost.toNanos()) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
        }
        return true;
    }

    /** Parents come first, so that none starts another for the one that ended. */
    private Set<ProcessHandle> living() {
        seen.add(program.toHandle());
        List.copyOf(seen).forEach(process -> process.descendants().forEach(seen::add));
        ProcessHandle.allProcesses().filter(this::isMarked).forEach(seen::add);
        seen.removeIf(process -> !lives(process));
        return new LinkedHashSet<>(seen);
    }

    private boolean isMarked(ProcessHandle process) {
        return ("\0" + read(process, "environ")).contains("\0" + mark + "\0");
    }

    /** A zombie has ended, though its id is still taken; where nobody reaps it, that is for ever. */
    private static boolean lives(ProcessHandle process) {
        String stat = read(process, "stat");
        return process.isAlive() && !stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    }

    /** A file of {@code /proc} (proc(5)), bytes as characters; empty for another user's process, and on other systems. */
    private static String read(ProcessHandle process, String name) {
        try {
            byte[] content = Files.readAllBytes(
                    PROC.resolve(Long.toString(process.pid())).resolve(name));
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
