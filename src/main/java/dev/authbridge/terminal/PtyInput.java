package dev.authbridge.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes to the program, one write after the other and each with a deadline, on a thread that exists only while there is
 * something to write. Safe for use by several threads.
 */
final class PtyInput {
    /** How many bytes a terminal buffers for its reader (N_TTY_BUF_SIZE of Linux). */
    private static final int PIECE = 4096;

    private final OutputStream stream;
    private final Duration deadline;
    private final ThreadPoolExecutor writer;

    PtyInput(OutputStream stream, Duration deadline, String name) {
        this.stream = stream;
        this.deadline = deadline;
        writer = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        writer.allowCoreThreadTimeOut(true);
    }

    CompletionStage<Void> write(byte[] bytes) {
        byte[] copy = bytes.clone();
        CompletableFuture<Void> written = new CompletableFuture<>();
        try {
            writer.execute(() -> writeNow(copy, written));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(ended());
        }
        // The deadline also covers the time that a write waits behind another; after it, it is not written any more.
        return written.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).exceptionallyCompose(failure -> {
            boolean late = failure instanceof TimeoutException;
            return CompletableFuture.failedFuture(late ? notRead() : failure);
        });
    }

    private void writeNow(byte[] bytes, CompletableFuture<Void> written) {
        if (written.isDone()) {
            return;
        }
        if (writer.isShutdown()) {
            written.completeExceptionally(ended());
            return;
        }
        try {
            // In pieces, so that at most one piece is stuck when the terminal is closed.
            for (int at = 0; at < bytes.length && !writer.isShutdown(); at += PIECE) {
                // Always from offset 0: pty4j 0.13.12 throws at any other.
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + PIECE));
                stream.write(piece, 0, piece.length);
            }
            if (writer.isShutdown()) {
                written.completeExceptionally(ended());
            } else {
                written.complete(null);
            }
        } catch (IOException | RuntimeException e) {
            written.completeExceptionally(e);
        }
    }

    /** Accepts no more writes; those that wait fail. */
    void end() {
        for (Runnable waiting : writer.shutdownNow()) {
            waiting.run();
        }
    }

    /** Waits for the write in progress to return; says whether it has. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return writer.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private IOException notRead() {
        return new IOException("the program did not read what was written within " + deadline.toMillis() + " ms");
    }

    private static IOException ended() {
        return new IOException("the program has ended");
    }
}
