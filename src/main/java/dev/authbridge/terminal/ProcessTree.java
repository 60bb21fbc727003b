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
 * <p>Walking from parent to child does not find all of them: when a parent ends, its children are handed to init. So on Linux
 * the sessions and open files in {@code /proc} are searched as well. A process that has left its parent, the session and the
 * terminal before the first search is not found. Processes are compared by id and start time ({@link ProcessHandle#equals}),
 * so that a later process with the same id is never signalled. Safe for use by several threads, which wait for each other.
 */
final class ProcessTree {
    private static final Path PROC = Path.of("/proc");

    /** Where in {@code /proc/PID/stat}, counted from the field after the name. */
    private static final int STATE = 0;

    private static final int GROUP = 2;

    private static final int SESSION = 3;
    private static final int START = 19;

    /** How often to look whether processes are gone: the kernel reports the end of a process to its parent only. */
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

    /** Finds all live processes of the tree. A process found once is remembered, even if it leaves the session later. */
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

    /** Sends SIGTERM to all, and SIGKILL to those that still live after the grace period. Blocks; returns whether all are gone. */
    synchronized boolean end(Duration grace) throws InterruptedException {
        return end(ProcessHandle::destroy, grace) || end(ProcessHandle::destroyForcibly, Duration.ofSeconds(5));
    }

    /**
     * Stops searching for good. Called before the terminal is closed, because its name, and later the leader's process id,
     * may then be given to something that is not ours.
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
            // Each process gets the signal once: some programs take a second SIGTERM to mean "quit at once".
            living.stream().filter(signalled::add).forEach(signal);
            while (living.stream().anyMatch(ProcessTree::lives)) {
                if (System.nanoTime() - start > atMost.toNanos()) {
                    return false;
                }
                TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
            }
        }
    }

    /** Leaves out this JVM, which has the terminal open too, and every process that is older than the program. */
    private boolean belongs(ProcessHandle process) {
        Optional<String[]> stat = stat(process);
        if (process.pid() == ProcessHandle.current().pid() || stat.isEmpty() || started(stat.get()) < notBefore) {
            return false;
        }
        String id = Long.toString(leader);
        return stat.get()[GROUP].equals(id) || stat.get()[SESSION].equals(id) || holdsTerminal(process);
    }

    /**
     * Whether the terminal is the process's standard input, output or error. Names are not enough: each container has its own
     * {@code /dev/pts}, so two different terminals can have the same name.
     */
    private boolean holdsTerminal(ProcessHandle process) {
        Path descriptors = PROC.resolve(Long.toString(process.pid())).resolve("fd");
        return Stream.of("0", "1", "2").map(descriptors::resolve).anyMatch(this::leadsToTerminal);
    }

    private boolean leadsToTerminal(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(terminal) && Files.isSameFile(descriptor, terminal);
        } catch (IOException e) {
            // The file was closed meanwhile, or the process belongs to another user.
            return false;
        }
    }

    /** A zombie has ended, although its id is still taken: for ever, if its parent never waits for it. */
    private static boolean lives(ProcessHandle process) {
        return process.isAlive()
                && stat(process).filter(stat -> stat[STATE].equals("Z")).isEmpty();
    }

    /** In the kernel's ticks since it booted. */
    private static long started(String[] stat) {
        return Long.parseLong(stat[START]);
    }

    /** The fields of {@code /proc/PID/stat} after the name (proc(5)); empty if there is no such process or no {@code /proc}. */
    private static Optional<String[]> stat(ProcessHandle process) {
        Path file = PROC.resolve(Long.toString(process.pid())).resolve("stat");
        try {
            // ISO 8859-1 never fails to decode: the process name before these fields may hold any bytes.
            String line = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            String[] stat = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return Optional.of(stat).filter(fields -> fields.length > START);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
