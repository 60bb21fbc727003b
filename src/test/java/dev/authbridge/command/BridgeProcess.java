package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the program in a process of its own. */
final class BridgeProcess {
    private BridgeProcess() {}

    /** Runs the classes of this build, with an environment of these variables and {@code PATH} only. */
    static ProcessBuilder of(Map<String, String> environment, List<String> arguments) {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return builder(List.of("-cp", classes, "dev.authbridge.Main"), environment, arguments);
    }

    /** Runs the packaged jar; for integration tests, which run after packaging. */
    static ProcessBuilder ofJar(Map<String, String> environment, List<String> arguments) {
        Path jar = Path.of(System.getProperty("bridge.target", "target"), "claude-auth-bridge.jar");
        return builder(List.of("-jar", jar.toAbsolutePath().toString()), environment, arguments);
    }

    /**
     * Uses {@code env} to reset all signals to their defaults. A build that runs in the background or under {@code nohup} ignores
     * some of them, its children inherit that, and a shell cannot trap a signal that was ignored when it started.
     */
    private static ProcessBuilder builder(List<String> main, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The tests' own temporary folder, so that their checks for leftovers find its files, and not those of other
        // bridges.
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        command.addAll(main);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Waits until it ends. */
    static CommandRun run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end");
            }
            return new CommandRun(process.exitValue(), out, err);
        } finally {
            process.destroyForcibly();
        }
    }
}
