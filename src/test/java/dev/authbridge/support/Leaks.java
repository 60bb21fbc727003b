package dev.authbridge.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks that a run leaves no child processes, descriptors, threads or temporary folders behind. Create one before the run,
 * and call {@link #assertNothingLeft} after everything is closed.
 *
 * <p>Only what is new counts, except loaded code and threads that the JVM and its libraries start once and keep.
 */
public final class Leaks {
    /** Long enough to end a CLI by SIGTERM, then SIGKILL, and for the JDK's HTTP client to notice that it is no longer used. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Threads that exist once for each JVM, however often the code that needs them runs. */
    private static final Pattern ONCE_PER_JVM = Pattern.compile(
            "process reaper.*|ForkJoinPool.*|JNA Cleaner|Common-Cleaner|"
                    + "Finalizer|Signal Dispatcher|Attach Listener|Reference Handler|Notification Thread|CompletableFutureDelayScheduler|"
                    + "HttpClient-.*|surefire-.*|junit-jupiter-timeout-watcher|Keep-Alive-Timer|idle-connection-reaper|pty4j-reaper.*|prometheus-metrics-scheduler-.*|SIG.*|Cleaner-.*");

    /** Threads of the IDE's test runner. */
    private static final Path EVERYBODYS = Path.of("/tmp");

    private final Path temporary;
    private final Map<String, Integer> descriptors = Descriptors.count();
    private final TreeSet<Long> processes = children();
    private final TreeSet<Long> threads = new TreeSet<>(threads().keySet());
    private final TreeSet<String> folders;

    static {
        // When the JDK first closes a channel, it opens a socket pair and keeps one end of it.
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new IllegalStateException("no loopback", e);
        }
    }

    private Leaks(Path temporary) {
        this.temporary = temporary;
        this.folders = entries();
    }

    /**
     * Records what exists now, including this JVM's temporary folder. The build gives each JVM its own, so that the folders of
     * other Claudes on this machine are not mistaken for leaks.
     */
    public static Leaks before() {
        return new Leaks(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Waits for the last things to end, then fails with a list of what is left. */
    public void assertNothingLeft() {
        Eventually.waitUntil(
                LIMIT,
                () -> {
                    // The JDK's HTTP client cannot be closed; its thread and descriptors go when it is
                    // garbage-collected.
                    System.gc();
                    return left().isEmpty();
                },
                () -> "left behind: " + left() + "; connections: " + Descriptors.connections());
    }

    /** What exists now and did not when this was created. */
    public List<String> left() {
        List<String> left = new ArrayList<>();
        ProcessHandle.current()
                .descendants()
                .filter(process -> !isOfBefore(process))
                .forEach(process -> left.add("process " + Processes.name(process)));
        Descriptors.count().forEach((target, count) -> {
            int more = count - descriptors.getOrDefault(target, 0);
            if (more > 0) {
                left.add(more + " descriptor " + target);
            }
        });
        threads().forEach((id, name) -> {
            if (!threads.contains(id)) {
                left.add("thread " + name);
            }
        });
        entries().stream().filter(entry -> !folders.contains(entry)).forEach(entry -> left.add("temporary " + entry));
        return left;
    }

    /** Whether it was there before, or was started by one that was: a browser that tests share starts processes at any time. */
    private boolean isOfBefore(ProcessHandle process) {
        return processes.contains(process.pid())
                || process.parent().filter(this::isOfBefore).isPresent();
    }

    private static TreeSet<Long> children() {
        return ProcessHandle.current()
                .descendants()
                .map(ProcessHandle::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<Long, String> threads() {
        Map<Long, String> threads = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!ONCE_PER_JVM.matcher(thread.getName()).matches()) {
                threads.put(thread.getId(), thread.getName());
            }
        }
        return threads;
    }

    /** Entries of the temporary folder made by the bridge or a CLI; if the folder is the system's, only those of this process. */
    private TreeSet<String> entries() {
        String ours = temporary.equals(EVERYBODYS)
                ? "claude-auth-bridge-home-" + ProcessHandle.current().pid() + "-"
                : "claude";
        try (Stream<Path> entries = Files.list(temporary)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.contains(ours))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new IllegalStateException("cannot list " + temporary, e);
        }
    }
}
