package dev.authbridge.chat;

import dev.authbridge.claude.PrintedLine;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One run of a program that reads a prompt and prints lines, from its temporary folder, which goes with it, to its last
 * process. It has two threads of the worker for its whole life; its methods may be called from any thread.
 */
final class PrintProcess {
    private static final Logger LOG = System.getLogger(PrintProcess.class.getName());

    private final Opener opener;
    private final String prompt;
    private final Listener listener;
    private final Executor worker;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private PromptedProgram program;
    private boolean ending;

    /** Says what to run. */
    interface Opener {
        /** @param temporary the run's own folder, removed after it; has to be its {@code TMPDIR} */
        ProcessBuilder command(TemporaryHome temporary) throws IOException, Refusal;
    }

    /** Told on the worker, in order. {@link #ended} or {@link #broke} comes once; a line after that means nothing. */
    interface Listener {
        void line(PrintedLine line);

        void ended(int exitCode);

        /** It could not be started, or prints what nobody can read. */
        void broke(Problem problem);
    }

    PrintProcess(Opener opener, String prompt, Listener listener, Executor worker) {
        this.opener = opener;
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

    /** Ends it with all that it started: asked first, then killed. Does not block; completes once all is gone. */
    CompletableFuture<Void> end() {
        PromptedProgram running = markEnding();
        if (running != null) {
            worker.execute(running::end);
        }
        return gone;
    }

    /** @return what has to be ended now, if anything */
    private synchronized PromptedProgram markEnding() {
        boolean first = !ending;
        ending = true;
        return first ? program : null;
    }

    private synchronized boolean mayRun(PromptedProgram started) {
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
            LOG.log(Level.WARNING, "the Claude CLI cannot be run: {0}", e.getMessage());
            listener.broke(broken());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a run of the Claude CLI failed", e);
            listener.broke(broken());
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

    /** @return the exit code */
    private int run(TemporaryHome temporary) throws IOException, Refusal, InterruptedException {
        Process process = opener.command(temporary).redirectErrorStream(true).start();
        PromptedProgram started = new PromptedProgram(process, "TMPDIR=" + temporary.temporary(), worker);
        if (!mayRun(started)) {
            started.end();
        }
        return started.talk(prompt, line -> listener.line(PrintedLine.read(line)));
    }

    private static Problem broken() {
        return new Problem(Reason.CLI_FAILED, "The Claude CLI cannot be run on the server. The server's log says why.");
    }

    private static Problem stopping() {
        return new Problem(Reason.CANCELLED, "The server is stopping.");
    }
}
