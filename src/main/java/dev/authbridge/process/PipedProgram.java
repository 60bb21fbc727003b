package dev.authbridge.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A program on pipes: it is handed a text, and the lines that it prints are read until it ends.
 *
 * <p>Problem: a process that the program has started may hold its output open for ever, and Java cannot interrupt a thread that
 * reads a pipe, not even by closing the pipe. Solution: a thread of its own reads, and {@link #run} waits for the end of the
 * program. Soon after that, what is left of the program is killed. If the reader still goes on, whatever holds the output open
 * cannot be found, and the reader is left behind until that ends.
 */
public final class PipedProgram {
    private static final Logger LOG = System.getLogger(PipedProgram.class.getName());

    /** The time between SIGTERM and SIGKILL. The CLI 2.1.330 needs less than 0.5 s to end (measured). */
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** What the program printed is in the pipe when it ends; only what it has started could still print. */
    private static final Duration LAST_LINES = Duration.ofSeconds(1);

    /** The longest line in bytes. A line may hold a long answer twice; the longest that was seen has about 500 KB. */
    private static final int LONGEST = 4 * 1024 * 1024;

    private final String name;
    private final Process process;
    private final ProcessTree tree;

    private PipedProgram(String name, Process process, ProcessTree tree) {
        this.name = name;
        this.process = process;
        this.tree = tree;
    }

    /**
     * Starts a program. Blocks for a moment.
     *
     * @param command what is to be run; the program gets the home's temporary folder as {@code TMPDIR}, by which the processes
     *     that it starts are found
     * @throws IOException if it cannot be run
     */
    public static PipedProgram start(ProcessBuilder command, TemporaryHome home) throws IOException {
        String temporary = home.temporary().toString();
        command.environment().put("TMPDIR", temporary);
        Process process = command.redirectErrorStream(true).start();
        return new PipedProgram(
                String.valueOf(Path.of(command.command().get(0)).getFileName()),
                process,
                ProcessTree.withVariable(process.pid(), "TMPDIR=" + temporary));
    }

    /**
     * Hands over the text and reads until the program ends. Blocks; afterwards nothing of the program runs, however this ends.
     * Called once.
     *
     * @param input what the program reads from its standard input
     * @param lines told each line of output and of errors that is not blank, on the reader's thread, in order
     * @return the exit code; 128 and the signal's number where a signal ended it
     * @throws IOException if a line is too long
     */
    public int run(String input, Consumer<String> lines) throws IOException, InterruptedException {
        try {
            CompletableFuture<Void> reading = read(lines);
            hand(input);
            int exitCode = process.waitFor();
            if (!isOver(reading)) {
                LOG.log(Level.INFO, "{0} has ended, but processes that it started have not; they are killed", name);
                tree.kill();
                if (!isOver(reading)) {
                    LOG.log(
                            Level.WARNING,
                            "{0} has ended, but its output is held open by a process that cannot be found",
                            name);
                }
            }
            return exitCode;
        } finally {
            tree.kill();
        }
    }

    /**
     * Asks the program and all that it started to end, then kills what still lives. Blocks. May be called from any thread, and
     * again.
     */
    public void end() {
        try {
            if (!tree.ask(GRACE)) {
                LOG.log(Level.WARNING, "{0} did not end when it was asked to, and is killed", name);
                tree.kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts the reader. If it fails, the program is ended. */
    private CompletableFuture<Void> read(Consumer<String> lines) {
        CompletableFuture<Void> reading = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try {
                        readLines(process.getInputStream(), lines);
                        reading.complete(null);
                    } catch (IOException | RuntimeException e) {
                        reading.completeExceptionally(e);
                        end();
                    }
                },
                "pipe-reader");
        reader.setDaemon(true);
        reader.start();
        return reading;
    }

    private static void readLines(InputStream input, Consumer<String> lines) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            int start = 0;
            for (int index = 0; index < count; index++) {
                if (buffer[index] == '\n') {
                    line.write(buffer, start, index - start);
                    tell(line, lines);
                    start = index + 1;
                }
            }
            line.write(buffer, start, count - start);
            if (line.size() > LONGEST) {
                throw new IOException("it printed a line of more than " + LONGEST + " bytes");
            }
        }
        tell(line, lines);
    }

    private static void tell(ByteArrayOutputStream line, Consumer<String> lines) {
        String text = line.toString(UTF_8);
        line.reset();
        if (!text.isBlank()) {
            lines.accept(text);
        }
    }

    private void hand(String text) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            // The program has ended without reading; what it printed says why.
            LOG.log(Level.DEBUG, "{0} did not read its input", name);
        }
    }

    /** Whether all output has been read by now, or within a moment. */
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
            throw new IllegalStateException("the output of a program could not be read", e.getCause());
        }
    }
}
