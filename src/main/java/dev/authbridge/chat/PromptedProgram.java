package dev.authbridge.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.process.ProcessTree;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A program that runs: it is handed a prompt, and what it prints is read until it ends.
 *
 * <p>Problem: whatever it has started may hold its output open, for ever, and a thread that reads a pipe cannot be called
 * back in Java, not even by closing it. So one thread reads, and another waits for the end of the program: soon after that
 * what is left of it is killed, and where that cannot be found, the reader is left behind until it ends by itself.
 */
final class PromptedProgram {
    private static final Logger LOG = System.getLogger(PromptedProgram.class.getName());

    /** Time to put its files in order; 2.1.330 needs less than 0.5 s (measured). */
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** What it printed is in the pipe when it ends; only what it has started could still print. */
    private static final Duration LAST_LINES = Duration.ofSeconds(1);

    private final Process process;
    private final ProcessTree tree;
    private final Executor worker;

    /**
     * @param mark an entry of its environment, as {@code NAME=value}, that is no other program's
     * @param worker has a thread for the reader
     */
    PromptedProgram(Process process, String mark, Executor worker) {
        this.process = process;
        this.tree = ProcessTree.withVariable(process.pid(), mark);
        this.worker = worker;
    }

    /**
     * Hands the prompt and reads to the end. Blocks; afterwards nothing of it runs, however this ends.
     *
     * @param lines told on a thread of the worker
     * @return the exit code
     * @throws IOException where it prints what nobody can read
     */
    int talk(String prompt, Consumer<String> lines) throws IOException, InterruptedException {
        try {
            CompletableFuture<Void> reading = read(lines);
            hand(prompt);
            int exitCode = process.waitFor();
            if (!isOver(reading)) {
                LOG.log(Level.INFO, "the Claude CLI has ended, and what it started goes on; it is killed");
                tree.kill();
                if (!isOver(reading)) {
                    LOG.log(Level.WARNING, "the Claude CLI has ended, and what holds its output open cannot be found");
                }
            }
            return exitCode;
        } finally {
            tree.kill();
        }
    }

    /** Asks it and all that it started to end, then kills what still lives. Blocks. */
    void end() {
        try {
            if (!tree.ask(GRACE)) {
                LOG.log(Level.WARNING, "the Claude CLI did not end when asked, and is killed");
                tree.kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A program that prints what nobody can read is ended. */
    private CompletableFuture<Void> read(Consumer<String> lines) {
        CompletableFuture<Void> reading = new CompletableFuture<>();
        worker.execute(() -> {
            try {
                new LineReader(process.getInputStream(), lines).readAll();
                reading.complete(null);
            } catch (IOException | RuntimeException e) {
                reading.completeExceptionally(e);
                end();
            }
        });
        return reading;
    }

    private void hand(String prompt) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(prompt.getBytes(UTF_8));
        } catch (IOException e) {
            // It ended without reading; what it printed says why.
            LOG.log(Level.DEBUG, "the Claude CLI did not read its prompt");
        }
    }

    private static boolean isOver(CompletableFuture<Void> reading) throws IOException, InterruptedException {
        try {
            reading.get(LAST_LINES.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException unreadable) {
                throw unreadable;
            }
            throw new IllegalStateException("what the Claude CLI printed could not be read", e.getCause());
        }
    }
}
