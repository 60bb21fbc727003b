package dev.authbridge.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

    /** Where in {@code /proc/PID/stat}, counted from the field after the name. */
    private static final int STATE = 0;

    private static final int GROUP = 2;

    private static final int SESSION = 3;
    private static final int START = 19;

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
        Optional<ProcessHandle> program = ProcessHandle.of(leader);
        program.ifPresent(seen::add);
        notBefore = program.flatMap(ProcessTree::stat)
                .or(() -> stat(ProcessHandle.current()))
                .map(ProcessTree::started)
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

    /** This process has the terminal open too; what is older than the program is somebody else's in any case. */
    private boolean belongs(ProcessHandle process) {
        Optional<String[]> stat = stat(process);
        if (process.pid() == ProcessHandle.current().pid() || stat.isEmpty() || started(stat.get()) < notBefore) {
            return false;
        }
        String id = Long.toString(leader);
        return stat.get()[GROUP].equals(id) || stat.get()[SESSION].equals(id) || holdsTerminal(process);
    }

    /**
     * Whether it has the terminal as what it reads and writes. Where the name of a terminal is the same, the file may be
     * another: each container has a {@code /dev/pts} of its own.
     */
    private boolean holdsTerminal(ProcessHandle process) {
        Path descriptors = PROC.resolve(Long.toString(process.pid())).resolve("fd");
        return Stream.of("0", "1", "2").map(descriptors::resolve).anyMatch(this::leadsToTerminal);
    }

    private boolean leadsToTerminal(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(terminal) && Files.isSameFile(descriptor, terminal);
        } catch (IOException e) {
            // Closed meanwhile, or another user's.
            return false;
        }
    }

    /** A zombie has ended, though its id is still taken; where nobody reaps it, that is for ever. */
    private static boolean lives(ProcessHandle process) {
        return process.isAlive()
                && stat(process).filter(stat -> stat[STATE].equals("Z")).isEmpty();
    }

    /** In the kernel's ticks since it booted. */
    private static long started(String[] stat) {
        return Long.parseLong(stat[START]);
    }

    /** The fields of {@code /proc/PID/stat} that follow the name (proc(5)); empty where there is no such process or file. */
    private static Optional<String[]> stat(ProcessHandle process) {
        Path file = PROC.resolve(Long.toString(process.pid())).resolve("stat");
        try {
            // Bytes as characters one to one: the name before may be anything.
            String line = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            String[] stat = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return Optional.of(stat).filter(fields -> fields.length > START);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
