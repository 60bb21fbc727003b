package dev.authbridge.terminal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts a program that does nothing. The native code is loaded by it, so that the first real program starts as quickly as
 * the others; and a machine on which no program can be started under a pseudo-terminal is noticed early.
 */
public final class FirstStart {
    private static final long WITHIN_SECONDS = 10;

    private static final PtyCommand NOTHING = new PtyCommand(List.of("/bin/true"), Map.of(), Path.of("/"), 80, 24);

    private FirstStart() {}

    /**
     * Starts the program and waits until it has ended. Blocks, so call it on a worker thread.
     *
     * @throws IOException if no program can be run under a pseudo-terminal here
     */
    public static void run() throws IOException {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        PtyTerminal terminal = PtyTerminal.start(NOTHING, new PtyTerminal.Listener() {
            @Override
            public void output(byte[] chunk) {}

            @Override
            public void exited(int exitCode) {
                exit.complete(exitCode);
            }
        });
        try {
            terminal.gone().toCompletableFuture().get(WITHIN_SECONDS, TimeUnit.SECONDS);
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
}
