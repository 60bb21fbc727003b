package dev.authbridge.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.claude.CliHome;
import dev.authbridge.claude.PrintedLine;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Problem;
import dev.authbridge.login.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program that reads a prompt and prints lines. It has one thread of the worker for its whole life; its
 * temporary folder goes with it.
 */
final class PrintProcess {
    private static final Logger LOG = System.getLogger(PrintProcess.class.getName());

    /** Time to put its files in order; 2.1.330 needs less than 0.5 s (measured). */
    private static final long GRACE_SECONDS = 3;

    private final Opener opener;
    private final String prompt;
    private final Listener listener;
    private final Executor worker;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final Set<ProcessHandle> tree = new LinkedHashSet<>();
    private Process process;
    private boolean ending;

    /** Says what to run. */
    interface Opener {
        /** @param temporary the run's own folder, removed after it */
        ProcessBuilder command(CliHome temporary) throws IOException, LoginException;
    }

    /** Told on the worker, in order; last comes one of {@link #ended} and {@link #broke}. */
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
        worker.execute(this::run);
    }

    /** Ends it with all that it started: asked first, then killed. Does not block; completes once all is gone. */
    CompletableFuture<Void> end() {
        Process running = markEnding();
        if (running != null) {
            worker.execute(() -> terminate(running));
        }
        return gone;
    }

    /** @return the process, where it has to be ended now */
    private synchronized Process markEnding() {
        boolean first = !ending;
        ending = true;
        return first ? process : null;
    }

    private synchronized boolean mayRun(Process started) {
        process = started;
        return !ending;
    }

    private void run() {
        CliHome temporary = null;
        try {
            temporary = CliHome.create();
            Process started =
                    opener.command(temporary).redirectErrorStream(true).start();
            if (!mayRun(started)) {
                terminate(started);
            }
            hand(started);
            new LineReader(started.getInputStream(), line -> listener.line(PrintedLine.read(line))).readAll();
            listener.ended(started.waitFor());
        } catch (LoginException e) {
            listener.broke(e.problem());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the Claude CLI cannot be run: {0}", e.getMessage());
            listener.broke(new Problem(
                    Reason.CLI_FAILED, "The Claude CLI cannot be run on the server. The server's log says why."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.broke(new Problem(Reason.CANCELLED, "The server is stopping."));
        } finally {
            killRest();
            if (temporary != null) {
                temporary.remove();
            }
            gone.complete(null);
        }
    }

    private void hand(Process started) {
        try (OutputStream input = started.getOutputStream()) {
            input.write(prompt.getBytes(UTF_8));
        } catch (IOException e) {
            // It ended without reading; what it printed says why.
            LOG.log(Level.DEBUG, "the Claude CLI did not read its prompt");
        }
    }

    /** Blocks for the grace at most. Handles are signalled, since {@link Process#destroy} would close what is read. */
    private void terminate(Process running) {
        tree().forEach(ProcessHandle::destroy);
        try {
            if (!running.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the Claude CLI did not end when asked, and is killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        killRest();
    }

    /** All that is known to belong to it, parents first: so that none starts another for the one that ended. */
    private synchronized List<ProcessHandle> tree() {
        if (process != null) {
            tree.add(process.toHandle());
            process.descendants().forEach(tree::add);
        }
        return List.copyOf(tree);
    }

    private void killRest() {
        tree().forEach(ProcessHandle::destroyForcibly);
    }
}
