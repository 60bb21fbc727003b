package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Keeps what a terminal reports, and lets a test wait for it. */
final class TestListener implements PtyTerminal.Listener {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final List<Integer> exits = new ArrayList<>();
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();
    private boolean outputAfterExit;

    @Override
    public synchronized void output(byte[] chunk) {
        outputAfterExit |= !exits.isEmpty();
        output.writeBytes(chunk);
        notifyAll();
    }

    @Override
    public synchronized void exited(int exitCode) {
        exits.add(exitCode);
        exited.complete(exitCode);
        notifyAll();
    }

    synchronized String text() {
        return output.toString(UTF_8).replace("\r\n", "\n");
    }

    synchronized byte[] bytes() {
        return output.toByteArray();
    }

    synchronized List<Integer> exits() {
        return List.copyOf(exits);
    }

    synchronized boolean outputAfterExit() {
        return outputAfterExit;
    }

    int awaitExit() throws Exception {
        return exited.get(30, TimeUnit.SECONDS);
    }

    /** Waits until the program has written this text; returns all that it has written. */
    synchronized String awaitText(String wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!text().contains(wanted)) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0 || !exits.isEmpty()) {
                throw new AssertionError("waited for \"" + wanted + "\", there was: " + text());
            }
            wait(left);
        }
        return text();
    }
}
