package dev.authbridge.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A program that this process has started, and all processes that the program has started in turn.
 *
 * <p>Problem: walking from parent to child does not find all of them, because the children of a process that ends are handed to
 * init. Solution: on Linux, {@code /proc} is searched for a second mark as well, which children keep even if their parent changes:
 * the session and the terminal, or a variable of the environment. A process that has lost its parent and the mark before the
 * first search is not found.
 *
 * <p>Processes are compared by id and start time ({@link ProcessHandle#equals}), so that a later process with the same id is
 * never signalled. Safe for use by several threads, which wait for each other.
 */
public final class ProcessTree {
    private static final Path PROC = Path.of("/proc");

    /** How often to look whether processes are gone: the kernel reports the end of a process to its parent only. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** SIGKILL takes effect at once, except on a process that waits for a disk. */
    private static final Duration TO_DIE = Duration.ofSeconds(5);

    private final Mark mark;
    private final long notBefore;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();
    private boolean released;

    /** Tells the processes of the tree that cannot be found by their parents. */
    private interface Mark {
        boolean isOn(Status process);
    }

    /** @param program its process id; it may have ended already */
    private ProcessTree(long program, Mark mark) {
        this.mark = mark;
        ProcessHandle.of(program).ifPresent(seen::add);
        notBefore = Status.of(program)
                .or(() -> Status.of(ProcessHandle.current().pid()))
                .map(Status::start)
                .orElse(0L);
    }

    /**
     * The tree of a program that leads the session of a terminal.
     *
     * @param leader the program's process id
     * @param terminal the program's end of the terminal, open in this process too, as {@code /dev/pts/5}
     */
    public static ProcessTree onTerminal(long leader, Path terminal) {
        return new ProcessTree(
                leader, process -> process.group() == leader || process.session() == leader || process.holds(terminal));
    }

    /**
     * The tree of a program that has a variable in its environment which no other program has.
     *
     * @param program its process id
     * @param variable as {@code NAME=value}
     */
    public static ProcessTree withVariable(long program, String variable) {
        return new ProcessTree(
                program, process -> ("\0" + read(process.pid(), "environ")).contains("\0" + variable + "\0"));
    }

    /** Sends SIGTERM to all processes. Blocks until they are gone or the grace period is over; returns whether they are gone. */
    public synchronized boolean ask(Duration grace) throws InterruptedException {
        String own = read(ProcessHandle.current().pid(), "cmdline");
        // Between fork and exec a child is a copy of this JVM, whose signal handler would swallow the SIGTERM.
        Predicate<ProcessHandle> executed = process -> own.isEmpty() || !own.equals(read(process.pid(), "cmdline"));
        return end(grace, executed, ProcessHandle::destroy);
    }

    /** Sends SIGKILL to all processes. Blocks until they are gone, but only a few seconds; returns whether they are gone. */
    public synchronized boolean kill() throws InterruptedException {
        return end(TO_DIE, process -> true, ProcessHandle::destroyForcibly);
    }

    /**
     * Stops searching for good. Called before the terminal is closed, because its name, and later the leader's process id,
     * may then be given to something that is not ours.
     */
    public synchronized void release() {
        released = true;
        seen.clear();
    }

    /** Searches again once all known processes are gone, since they may have started others meanwhile. */
    private boolean end(Duration atMost, Predicate<ProcessHandle> ready, Consumer<ProcessHandle> signal)
            throws InterruptedException {
        Set<ProcessHandle> signalled = new HashSet<>();
        long start = System.nanoTime();
        for (search(); !seen.isEmpty(); search()) {
            while (!seen.isEmpty()) {
                // Each process gets the signal once: some programs take a second SIGTERM to mean "quit at once".
                seen.stream().filter(ready).filter(signalled::add).forEach(signal);
                if (System.nanoTime() - start > atMost.toNanos()) {
                    return false;
                }
                TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
                seen.removeIf(process -> !lives(process));
            }
        }
        return true;
    }

    /**
     * Finds the live processes of the tree. A process found once is remembered, even if it loses the mark later. Parents come
     * before their children, so that none of them replaces a child that was ended first.
     */
    private void search() {
        if (released) {
            return;
        }
        if (!Files.isDirectory(PROC)) {
            List.copyOf(seen).forEach(process -> process.descendants().forEach(seen::add));
        }
        seen.removeIf(process -> !lives(process));
        Set<Long> known = new HashSet<>();
        seen.forEach(process -> known.add(process.pid()));
        List<Status> others = others();
        addDescendants(known, others);
        for (Status process : others) {
            if (!known.contains(process.pid()) && mark.isOn(process)) {
                add(process, known);
            }
        }
        addDescendants(known, others);
    }

    private void addDescendants(Set<Long> known, List<Status> others) {
        int before;
        do {
            before = known.size();
            for (Status process : others) {
                if (known.contains(process.parent()) && !known.contains(process.pid())) {
                    add(process, known);
                }
            }
        } while (known.size() > before);
    }

    private void add(Status process, Set<Long> known) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
        // Read once more: the id may be that of another process by now.
        if (handle.isPresent()
                && Status.of(process.pid()).filter(process::isSame).isPresent()) {
            seen.add(handle.get());
            known.add(process.pid());
        }
    }

    /** All processes that are not older than the program, but for this JVM, which has the terminal open, too. */
    private List<Status> others() {
        long self = ProcessHandle.current().pid();
        List<Status> others = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long id = Long.parseLong(process.getFileName().toString());
                Status.of(id)
                        .filter(status -> id != self && !status.isZombie() && status.start() >= notBefore)
                        .ifPresent(others::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Not on Linux: there are only the descendants.
            return List.of();
        }
        return others;
    }

    /** A zombie has ended, although its id is still taken: for ever, if its parent never waits for it. */
    private static boolean lives(ProcessHandle process) {
        return process.isAlive()
                && Status.of(process.pid()).filter(Status::isZombie).isEmpty();
    }

    /** A file of {@code /proc/PID}, each byte as a character; empty for another user's process, and on other systems. */
    private static String read(long process, String name) {
        try {
            byte[] content =
                    Files.readAllBytes(PROC.resolve(Long.toString(process)).resolve(name));
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * What {@code /proc/PID/stat} says of a process (proc(5)).
     *
     * @param start in the kernel's ticks since it booted
     */
    private record Status(long pid, String state, long parent, long group, long session, long start) {
        static Optional<Status> of(long pid) {
            String line = read(pid, "stat");
            // The name in parentheses before these fields may itself hold blanks and parentheses.
            String[] fields = line.substring(Math.min(line.length(), line.lastIndexOf(')') + 2))
                    .split(" ");
            if (fields.length < 20) {
                return Optional.empty();
            }
            return Optional.of(new Status(
                    pid,
                    fields[0],
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[19])));
        }

        boolean isZombie() {
            return state.equals("Z");
        }

        boolean isSame(Status other) {
            return pid == other.pid && start == other.start;
        }

        /**
         * Whether the terminal is the process's standard input, output or error. Names are not enough: each container has its
         * own {@code /dev/pts}, so two different terminals can have the same name.
         */
        boolean holds(Path terminal) {
            Path descriptors = PROC.resolve(Long.toString(pid)).resolve("fd");
            return Stream.of("0", "1", "2").map(descriptors::resolve).anyMatch(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).equals(terminal)
                            && Files.isSameFile(descriptor, terminal);
                } catch (IOException e) {
                    // The file was closed meanwhile, or the process belongs to another user.
                    return false;
                }
            });
        }
    }
}
