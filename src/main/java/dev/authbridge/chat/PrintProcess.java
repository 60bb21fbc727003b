package dev.authbridge.chat;

import dev.authbridge.claude.CliMessages;
import dev.authbridge.claude.print.PrintedLine;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.process.PipedProgram;
import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One run of a program that answers a prompt: from its temporary folder, which is removed at the end, to its last process.
 * Takes one thread of the worker for its whole life, and one more while it is being ended. Its methods may be called from any
 * thread and do not block.
 */
final class PrintProcess {
    private static final Logger LOG = System.getLogger(PrintProcess.class.getName());

    private final Command command;
    private final String prompt;
    private final Listener listener;
    private final Executor worker;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private PipedProgram program;
    private boolean ending;

    /** Says what to run. */
    interface Command {
        /**
         * Called on the worker; may block.
         *
         * @param temporary the run's own folder
         */
        ProcessBuilder in(TemporaryHome temporary) throws IOException, Refusal;
    }

    /**
     * Told on other threads, one call at a time, in order. Either {@link #ended} or {@link #broke} comes once; a line that
     * comes after that counts for nothing.
     */
    interface Listener {
        void line(PrintedLine line);

        void ended(int exitCode);

        /** The program could not be started, or its output could not be read. */
        void broke(Problem problem);
    }

    PrintProcess(Command command, String prompt, Listener listener, Executor worker) {
        this.command = command;
        this.prompt = prompt;
        this.listener = listener;
        this.worker = worker;
    }

    void start() {
        try {
            worker.execute(this::run);
        } catch (RejectedExecutionException e) {
            listener.broke(stopping());
            gone.complete(null);
        }
    }

    /** Ends the program with all that it started: asked first, then killed. Completes once all processes are gone. */
    CompletableFuture<Void> end() {
        PipedProgram running = markEnding();
        if (running != null) {
            worker.execute(running::end);
        }
        return gone;
    }

    /** Returns what has to be ended now, null if there is nothing. */
    private synchronized PipedProgram markEnding() {
        boolean first = !ending;
        ending = true;
        return first ? program : null;
    }

    private synchronized boolean mayRun(PipedProgram started) {
        program = started;
        return !ending;
    }

    private void run() {
        TemporaryHome temporary = null;
        try {
            temporary = TemporaryHome.create();
            listener.ended(run(temporary));
        } catch (Refusal e) {
            listener.broke(e.problem());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the CLI cannot be run: {0}", e.getMessage());
            listener.broke(CliMessages.cannotBeRun());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a run of the CLI failed", e);
            listener.broke(CliMessages.cannotBeRun());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.broke(stopping());
        } finally {
            if (temporary != null) {
                temporary.remove();
            }
            gone.complete(null);
        }
    }

    /** Returns the exit code. */
    private int run(TemporaryHome temporary) throws IOException, Refusal, InterruptedException {
        PipedProgram started = PipedProgram.start(command.in(temporary), temporary);
        if (!mayRun(started)) {
            started.end();
        }
        return started.run(prompt, line -> listener.line(PrintedLine.read(line)));
    }

    private static Problem stopping() {
        return new Problem(Reason.CANCELLED, "The server is stopping.");
    }
}
