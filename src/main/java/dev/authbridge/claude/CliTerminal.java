package dev.authbridge.claude;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.terminal.PtyTerminal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal in which the CLI runs, with the HOME that it runs in: opened, written to and closed on the worker, heard on
 * the login loop.
 */
final class CliTerminal {
    private static final Logger LOG = System.getLogger(CliTerminal.class.getName());

    /** Pieces of output, up to 8 KiB each, that may wait for the login loop. */
    static final int MAX_WAITING = 64;

    private final Executor loop;
    private final Executor worker;
    private final Listener listener;
    private final CompletableFuture<Opened> opening = new CompletableFuture<>();
    /** Whether it is settled that a terminal is opened, or that none is. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private CompletableFuture<Void> closing;

    /** What an {@link Opener} opened. */
    record Opened(PtyTerminal terminal, CliHome home, boolean accessible) {}

    /** Opens a terminal; blocks. */
    interface Opener {
        /** @param plain whether to do without the accessible rendering, which this CLI has refused */
        Opened open(PtyTerminal.Listener listener, boolean plain) throws IOException, Refusal;
    }

    /** Told on the login loop, in order, and nothing more once the terminal is being closed. */
    interface Listener {
        void notOpened(Problem problem);

        void output(byte[] chunk);

        /** @param accessible whether the CLI was asked for its accessible rendering */
        void exited(int exitCode, boolean accessible);
    }

    CliTerminal(Executor loop, Executor worker, Listener listener) {
        this.loop = loop;
        this.worker = worker;
        this.listener = listener;
    }

    /**
     * Opens the terminal once it is time to; where it is closed before, nothing is opened any more.
     *
     * @param ready completes, on any thread, when it is time
     */
    void open(CompletionStage<Void> ready, Opener opener, boolean plain) {
        ready.whenComplete((now, failure) -> worker.execute(() -> {
            if (!decided.compareAndSet(false, true)) {
                return;
            }
            try {
                opening.complete(opener.open(new Chunks(), plain));
            } catch (Refusal e) {
                notOpened(e, e.problem());
            } catch (IOException | RuntimeException | Error e) {
                // Errors too, such as a native library that does not load: whoever waits for the terminal must hear of
                // it.
                LOG.log(Level.WARNING, "the Claude CLI cannot be started: {0}", e.toString());
                notOpened(
                        e,
                        new Problem(
                                Reason.CLI_FAILED,
                                "The Claude CLI cannot be started on the server. The server's log says why."));
            }
        }));
    }

    private void notOpened(Throwable cause, Problem problem) {
        opening.completeExceptionally(cause);
        tell(() -> listener.notOpened(problem));
    }

    /** Types the text; completes, on any thread, once the terminal took it, and fails where it does not. */
    CompletionStage<Void> write(String text) {
        return opening.thenCompose(opened -> opened.terminal().write(text.getBytes(US_ASCII)));
    }

    /** Ends the CLI with all that it started, and removes its HOME. On the login loop; may be called again. */
    CompletableFuture<Void> close() {
        if (closing == null) {
            if (decided.compareAndSet(false, true)) {
                opening.completeExceptionally(new CancellationException("closed before it was opened"));
            }
            closing = opening.thenCompose(opened -> opened.terminal()
                            .close()
                            .handleAsync(
                                    (closed, failure) -> {
                                        opened.home().remove();
                                        return (Void) null;
                                    },
                                    worker))
                    .exceptionally(neverOpened -> null);
        }
        return closing;
    }

    private void tell(Runnable event) {
        loop.execute(() -> {
            if (closing == null) {
                event.run();
            }
        });
    }

    /**
     * Brings what the terminal's own thread reads to the login loop. While too much waits there, that thread waits too, and
     * with it a CLI that writes without end.
     */
    private final class Chunks implements PtyTerminal.Listener {
        private final Semaphore room = new Semaphore(MAX_WAITING);

        @Override
        public void output(byte[] chunk) {
            room.acquireUninterruptibly();
            loop.execute(() -> {
                room.release();
                if (closing == null) {
                    listener.output(chunk);
                }
            });
        }

        @Override
        public void exited(int exitCode) {
            // A CLI that ends at once may do so before the worker has handed its terminal over.
            opening.thenAccept(opened -> tell(() -> listener.exited(exitCode, opened.accessible())));
        }
    }
}
