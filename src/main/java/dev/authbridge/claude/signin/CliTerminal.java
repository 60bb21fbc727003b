package dev.authbridge.claude.signin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.authbridge.claude.CliMessages;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Refusal;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.process.TemporaryHome;
import dev.authbridge.terminal.PtyTerminal;
import dev.authbridge.terminal.TerminalScreen;
import dev.authbridge.terminal.TerminalScreen.Hyperlink;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal in which the CLI runs, with its HOME, its screen and its keyboard.
 *
 * <p>Its methods are called on the event loop, and the listener is told there. Opening, typing and closing block, so they
 * are done elsewhere: on the worker, and on the terminal's own threads.
 */
final class CliTerminal {
    private static final Logger LOG = System.getLogger(CliTerminal.class.getName());

    /** High enough that nothing scrolls away. */
    static final int ROWS = 200;

    /** Chunks of output, up to 8 KiB each, that may wait for the event loop. */
    static final int MAX_WAITING = 64;

    /** The CLI draws one frame in several chunks; a screen that has stood still for this long shows a whole frame. */
    private static final Duration AT_REST = Duration.ofMillis(40);

    private static final String ENTER = "\r";
    private static final String PASTE_BEGINS = "\u001b[200~";
    private static final String PASTE_ENDS = "\u001b[201~";

    private final int columns;
    private final TerminalScreen screen;
    private final Loop loop;
    private final Executor worker;
    private final Listener listener;
    private final CompletableFuture<Opened> opening = new CompletableFuture<>();
    /** Whether it is settled that a terminal is opened, or that none is. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private Loop.Timer rest = () -> {};
    private CompletableFuture<Void> closing;

    /** What an {@link Opener} opened. */
    record Opened(PtyTerminal terminal, TemporaryHome home, boolean accessible) {}

    /** Opens a terminal; blocks. */
    interface Opener {
        /** @param plain whether to do without the accessible rendering, which this CLI has refused */
        Opened open(PtyTerminal.Listener listener, boolean plain) throws IOException, Refusal;
    }

    /** Told on the event loop, in order, and nothing more once the terminal is being closed. */
    interface Listener {
        void notOpened(Problem problem);

        /** The screen has changed and now stands still, so it shows a whole frame. */
        void cameToRest();

        /** What was typed did not reach the CLI. */
        void inputLost();

        /**
         * The CLI has ended, and the screen shows the last of its output.
         *
         * @param accessible whether the CLI was asked for its accessible rendering
         */
        void exited(int exitCode, boolean accessible);
    }

    CliTerminal(int columns, Loop loop, Executor worker, Listener listener) {
        this.columns = columns;
        this.screen = new TerminalScreen(columns, ROWS);
        this.loop = loop;
        this.worker = worker;
        this.listener = listener;
    }

    /**
     * Opens the terminal once the CLI is ready to be started. If the terminal is closed before that, none is opened.
     *
     * @param ready completes, on any thread, when the CLI is there
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
                // Errors too, such as a native library that does not load: those waiting for the terminal must be told.
                LOG.log(Level.WARNING, "the Claude CLI cannot be started: {0}", e.toString());
                notOpened(e, CliMessages.cannotBeRun());
            }
        }));
    }

    private void notOpened(Throwable cause, Problem problem) {
        opening.completeExceptionally(cause);
        tell(() -> listener.notOpened(problem));
    }

    /** What the screen shows now. */
    CliScreen shown() {
        return new CliScreen(
                columns,
                screen.rows(),
                screen.hyperlinks().stream().map(Hyperlink::address).toList());
    }

    /**
     * Types the code, without Enter: a code and Enter in one go would count as one paste, and Enter be swallowed (measured).
     *
     * <p>It is a bracketed paste if the CLI takes one: a lone "c" at its prompt would mean "copy".
     */
    void type(AuthorizationCode code) {
        write(screen.bracketedPaste() ? PASTE_BEGINS + code.reveal() + PASTE_ENDS : code.reveal());
    }

    void pressEnter() {
        write(ENTER);
    }

    private void write(String text) {
        opening.thenCompose(opened -> opened.terminal().write(text.getBytes(US_ASCII)))
                .whenComplete((written, failure) -> {
                    if (failure != null) {
                        tell(listener::inputLost);
                    }
                });
    }

    /** Ends the CLI with all that it started, and removes its HOME. May be called again. */
    CompletableFuture<Void> close() {
        if (closing == null) {
            rest.cancel();
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
     * Brings what the terminal's own thread reads to the event loop. While too much waits there, that thread waits too, and
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
                    screen.feed(chunk);
                    rest.cancel();
                    rest = loop.after(AT_REST, listener::cameToRest);
                }
            });
        }

        @Override
        public void exited(int exitCode) {
            // A CLI that ends at once may do so before the worker has handed its terminal over.
            opening.thenAccept(opened -> tell(() -> {
                rest.cancel();
                listener.exited(exitCode, opened.accessible());
            }));
        }
    }
}
