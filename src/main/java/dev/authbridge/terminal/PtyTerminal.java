package dev.authbridge.terminal;

import com.pty4j.PtyProcess;
import dev.authbridge.process.ProcessTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program under a pseudo-terminal, in a session and process group of its own.
 *
 * <p>Its output comes on a daemon thread of its own, in order. The methods may be called from any thread; only {@link #start} and
 * {@link #warmUp} block. When the program ends, by itself or through {@link #close}, everything that it started is ended as well,
 * and the descriptors are closed.
 */
public final class PtyTerminal {
    private static final Logger LOG = System.getLogger(PtyTerminal.class.getName());
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** A program that does nothing. */
    private static final PtyCommand NOTHING = new PtyCommand(List.of("/bin/true"), Map.of(), Path.of("/"), 80, 24);

    private static final Duration NOTHING_TAKES = Duration.ofSeconds(10);

    /**
     * pty4j starts a program by a fork of the JVM, whose threads all wait for about 10 ms then (measured). If several start at
     * once, there is this time before each of them, in which the event loop answers others, such as those who are refused.
     */
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(45);

    /** How long a start waits to see whether it is alone. */
    private static final Duration UNTIL_OTHERS_COME = Duration.ofMillis(5);

    private static final ReentrantLock TURN = new ReentrantLock(true);

    private final PtyDevice device;
    private final PtyProcess process;
    private final PtyInput input;
    private final ProcessTree tree;
    private final Listener listener;
    private final Limits limits;
    private final String name;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    /** Is told what the program does: on the terminal's own thread, one call at a time, in order. */
    public interface Listener {
        /** The program has written these bytes. The listener may keep the array. */
        void output(byte[] chunk);

        /**
         * The program has ended and all of its output has come. Called once.
         *
         * @param exitCode its exit code; 128 and the signal's number where a signal ended it
         */
        void exited(int exitCode);
    }

    /**
     * How long things may take.
     *
     * @param write how long the program may take to read what is written
     * @param grace the time between SIGTERM and SIGKILL
     */
    record Limits(Duration write, Duration grace) {
        static final Limits USUAL = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(2));
    }

    private PtyTerminal(PtyDevice device, PtyProcess process, Listener listener, Limits limits) {
        this.device = device;
        this.process = process;
        this.listener = listener;
        this.limits = limits;
        name = "pty-" + NUMBERS.incrementAndGet();
        input = new PtyInput(device.input(), limits.write(), name + "-writer");
        tree = ProcessTree.onTerminal(process.pid(), Path.of(device.name()));
    }

    /**
     * Starts a program. Blocks, the first time in a JVM for about a second, so call it on a worker thread.
     *
     * @throws IOException if the program cannot be started; it says why, and nothing is left behind
     */
    public static PtyTerminal start(PtyCommand command, Listener listener) throws IOException {
        return start(command, listener, Limits.USUAL);
    }

    static PtyTerminal start(PtyCommand command, Listener listener, Limits limits) throws IOException {
        PtyCommand checked = command.checked();
        PtyDevice device = PtyDevice.open(checked.columns(), checked.rows());
        PtyProcess process;
        try {
            process = startInTurn(device, checked);
        } catch (IOException | RuntimeException | LinkageError e) {
            device.close();
            // The cause's message comes from pty4j and repeats neither arguments nor environment.
            throw new IOException("cannot start " + checked.command().get(0) + ": " + e.getMessage(), e);
        }
        PtyTerminal terminal = new PtyTerminal(device, process, listener, limits);
        Thread reader = new Thread(terminal::run, terminal.name + "-reader");
        reader.setDaemon(true);
        reader.start();
        return terminal;
    }

    /** A start that comes alone waits for a moment only; those that come together, for longer each. */
    private static PtyProcess startInTurn(PtyDevice device, PtyCommand command) throws IOException {
        try {
            boolean alone = TURN.tryLock();
            if (alone) {
                Thread.sleep(UNTIL_OTHERS_COME.toMillis());
            } else {
                TURN.lockInterruptibly();
            }
            if (!alone || TURN.hasQueuedThreads()) {
                Thread.sleep(BETWEEN_STARTS.toMillis());
            }
            return device.start(command.command(), command.environment(), command.directory());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            if (TURN.isHeldByCurrentThread()) {
                TURN.unlock();
            }
        }
    }

    /**
     * Runs a program that does nothing, and waits for its end. This loads the native code, so that the first real program starts
     * as quickly as the others; and it finds out whether programs can be started under a pseudo-terminal at all. Blocks, so call
     * it on a worker thread.
     *
     * @throws IOException if no program can be run under a pseudo-terminal here
     */
    public static void warmUp() throws IOException {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        PtyTerminal terminal = start(NOTHING, new Listener() {
            @Override
            public void output(byte[] chunk) {}

            @Override
            public void exited(int exitCode) {
                exit.complete(exitCode);
            }
        });
        try {
            terminal.gone.get(NOTHING_TAKES.toMillis(), TimeUnit.MILLISECONDS);
            if (exit.get() != 0) {
                throw new IOException(NOTHING.command().get(0) + " ended with exit code " + exit.get());
            }
        } catch (ExecutionException | TimeoutException e) {
            terminal.close();
            throw new IOException("no program can be run under a pseudo-terminal here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            terminal.close();
            throw new InterruptedIOException("interrupted");
        }
    }

    /**
     * Writes to the program, after all writes before.
     *
     * @return done once the program's terminal has taken it; fails with an {@link IOException} if the program has ended, or
     *     did not read for 10 s, after which part of it may still arrive: then the terminal is good for nothing but
     *     {@link #close}
     */
    public CompletionStage<Void> write(byte[] bytes) {
        return input.write(bytes);
    }

    /**
     * Ends the program, its process group and everything else that it started: SIGTERM, and SIGKILL 2 s later. May be
     * called again.
     *
     * @return done when all is gone, after {@link Listener#exited}; fails with an {@link IOException} if a process
     *     withstands SIGKILL, which only one stuck in the kernel does
     */
    public CompletionStage<Void> close() {
        if (closing.compareAndSet(false, true) && !gone.isDone()) {
            input.end();
            Thread killer = new Thread(this::endProcesses, name + "-end");
            killer.setDaemon(true);
            killer.start();
        }
        return gone.minimalCompletionStage();
    }

    /** Runs on the reader's thread: reads all output, reports the exit and cleans up. */
    private void run() {
        try {
            read();
            // The program has ended: nobody will read what is written from here on.
            input.end();
            if (process.isAlive()) {
                close();
            }
            int exitCode = process.waitFor();
            tell(() -> listener.exited(exitCode));
            cleanUp();
            gone.complete(null);
        } catch (IOException e) {
            gone.completeExceptionally(e);
        } catch (InterruptedException | RuntimeException e) {
            gone.completeExceptionally(new IOException("the terminal broke", e));
        }
    }

    private void read() {
        InputStream output = device.output();
        byte[] buffer = new byte[8192];
        try {
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                byte[] chunk = Arrays.copyOf(buffer, count);
                tell(() -> listener.output(chunk));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, name + ": the terminal cannot be read", e);
        }
    }

    /** A listener that throws must not stop the reading, or the program would never be ended. */
    private void tell(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, name + ": the listener failed", e);
        }
    }

    /** Ends the processes that the program left behind, waits for the write in progress, then closes the terminal. */
    private void cleanUp() throws IOException, InterruptedException {
        boolean ended = false;
        try {
            ended = endTree();
        } finally {
            tree.release();
            while (!input.awaitEnd(Duration.ofMillis(20))) {
                device.discardInput();
            }
            device.close();
        }
        if (!ended) {
            throw withstands();
        }
    }

    /** Runs on its own thread, started by {@link #close}. The reader then sees that the program has ended and does the rest. */
    private void endProcesses() {
        try {
            if (!endTree()) {
                gone.completeExceptionally(withstands());
            }
        } catch (InterruptedException | RuntimeException e) {
            gone.completeExceptionally(new IOException("the terminal broke", e));
        }
    }

    private boolean endTree() throws InterruptedException {
        return tree.ask(limits.grace()) || tree.kill();
    }

    private IOException withstands() {
        LOG.log(Level.WARNING, name + ": a process withstands SIGKILL");
        return new IOException("a process withstands SIGKILL");
    }
}
