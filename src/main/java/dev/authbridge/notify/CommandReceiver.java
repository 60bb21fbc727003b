package dev.authbridge.notify;

import dev.authbridge.process.PipedProgram;
import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A command for {@code /bin/sh}, which reads the event from its standard input and has taken it if it exits with 0. It gets the
 * environment of the bridge without the bridge's own variables, some of which are secret. What it prints is read and dropped, since
 * it may be secret, too. When it has ended, or after half a minute, everything that it has started is ended.
 */
final class CommandReceiver extends Receiver {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(30);
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private final String command;
    private final Map<String, String> environment;
    private final Duration limit;

    CommandReceiver(String command, Map<String, String> environment) {
        this(command, environment, USUAL_LIMIT);
    }

    CommandReceiver(String command, Map<String, String> environment, Duration limit) {
        this.command = command;
        this.environment = Map.copyOf(environment);
        this.limit = limit;
    }

    @Override
    public String shown() {
        return "the command";
    }

    @Override
    void tell(String json) throws IOException, InterruptedException {
        TemporaryHome home = TemporaryHome.create();
        try {
            run(json, home);
        } finally {
            home.remove();
        }
    }

    private void run(String json, TemporaryHome home) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", command);
        shell.environment().clear();
        environment.forEach((name, value) -> {
            if (!name.startsWith("CLAUDE_AUTH_")) {
                shell.environment().put(name, value);
            }
        });
        PipedProgram program = PipedProgram.start(shell, home);
        AtomicBoolean late = new AtomicBoolean();
        Executor afterLimit = CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> deadline = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    program.end();
                },
                afterLimit);
        int exitCode;
        try {
            exitCode = program.run(json + "\n", line -> {});
        } finally {
            deadline.cancel(false);
        }
        if (late.get()) {
            throw new IOException("the command did not end within " + limit.toSeconds() + " s, and was ended");
        }
        if (exitCode != 0) {
            throw new IOException("the command ended with exit code " + exitCode + meaning(exitCode));
        }
    }

    private static String meaning(int exitCode) {
        return switch (exitCode) {
            case NOT_EXECUTABLE -> ": it cannot be executed";
            case NOT_FOUND -> ": it was not found";
            default -> "";
        };
    }
}
