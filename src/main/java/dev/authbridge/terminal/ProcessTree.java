package dev.authbridge.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The processes that belong to one terminal: its program, what that has started, and what is left of it.
 *
 * <p>Parentage alone does not find them: a process whose parent has ended is init's. So on Linux their sessions and open
 * files are looked at as well, in {@code /proc}. What has left its parent, the session and the terminal before anybody
 * looked is not found. A process is known by its id and start time ({@link ProcessHandle#equals}), so that another one
 * which got the same id later is not signalled. Safe for use by several threads; one waits for the other.
 */
final class ProcessTree {
    private static final Path PROC = Path.of("/proc");

    /** The kernel tells the end of a process to its parent only; for the others one has to look again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final long leader;
    private final Path terminal;
    private final long notBefore;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();
    private boolean released;

    /**
     * @param leader the id of the program that leads the terminal's session
     * @param terminal the program's end of the terminal, open in this process too, as {@code /dev/pts/5}
     */
    ProcessTree(long leader, Path terminal) {
        this.leader = leader;
        this.terminal = terminal;
        notBefore = ProcessHandle.of(leader)
                .flatMap(ProcessTree::started)
                .or(() -> started(ProcessHandle.current()))
                .orElse(0L);
    }

    /** Looks for all processes of the tree that live. One that was found once is known from then on, wherever it goes. */
    synchronized Set<ProcessHandle> living() {
        if (released) {
            return Set.of();
        }
        ProcessHandle.allProcesses().filter(this::belongs).forEach(seen::add);
        for (ProcessHandle process : Set.copyOf(seen)) {
            process.descendants().forEach(seen::add);
        }
        seen.removeIf(process -> !lives(process));
        return Set.copyOf(seen);
    }

    /** Asks all to end (SIGTERM), kills after the grace what still lives (SIGKILL). Blocks; says whether all are gone. */
    synchronized boolean end(Duration grace) throws InterruptedException {
        return end(ProcessHandle::destroy, grace) || end(ProcessHandle::destroyForcibly, Duration.ofSeconds(5));
    }

    /**
     * Ends the search for good. Called before the terminal is closed: from then on its name, and later the leader's id, may
     * be those of somebody else's.
     */
    synchronized void release() {
        released = true;
        seen.clear();
    }

    private boolean end(Consumer<ProcessHandle> signal, Duration atMost) throws InterruptedException {
        Set<ProcessHandle> signalled = new LinkedHashSet<>();
        long start = System.nanoTime();
        while (true) {
            Set<ProcessHandle> living = living();
            if (living.isEmpty()) {
                return true;
            }
            // Once each: a second SIGTERM means "at once" to some. What was started meanwhile gets its own.
            living.stream().filter(signalled::add).forEach(signal);
            while (living.stream().anyMatch(ProcessTree::lives)) {
                if (System.nanoTime() - start > atMost.toNanos()) {
                    return false;
                }
                TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
            }
        }
    }

    private boolean belongs(ProcessHandle process) {
        if (process.pid() == ProcessHandle.current().pid() || started(process).orElse(0L) < notBefore) {
            return false;
        }
        return process.pid() == leader || ofSession(process) || holdsTerminal(process);
    }

    private boolean ofSession(ProcessHandle process) {
        String id = Long.toString(leader);
        return stat(process)
                .filter(stat -> stat.length > 3 && (stat[2].equals(id) || stat[3].equals(id)))
                .isPresent();
    }

    /** Where the name of a terminal is the same, the file may be another: each container has a /dev/pts of its own. */
    private boolean holdsTerminal(ProcessHandle process) {
        Path descriptors = PROC.resolve(Long.toString(process.pid())).resolve("fd");
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : open) {
                if (leadsToTerminal(descriptor)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Ended meanwhile, or another user's, or no /proc here.
            return false;
        }
        return false;
    }

    private boolean leadsToTerminal(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(terminal) && Files.isSameFile(descriptor, terminal);
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }

    /** A zombie has ended, though its id is still taken; where nobody reaps it, that is for ever. */
    private static boolean lives(ProcessHandle process) {
        return process.isAlive()
                && stat(process).filter(stat -> stat[0].equals("Z")).isEmpty();
    }

    /** When the process started, in the kernel's ticks since it booted. */
    private static Optional<Long> started(ProcessHandle process) {
        return stat(process).filter(stat -> stat.length > 19).map(stat -> Long.parseLong(stat[19]));
    }

    /** State, parent, process group, session and so on of {@code /proc/PID/stat}, what follows the name (proc(5)). */
    private static Optional<String[]> stat(ProcessHandle process) {
        Path stat = PROC.resolve(Long.toString(process.pid())).resolve("stat");
        try {
            // Bytes as characters one to one: the name before may be anything.
            String line = new String(Files.readAllBytes(stat), StandardCharsets.ISO_8859_1);
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
