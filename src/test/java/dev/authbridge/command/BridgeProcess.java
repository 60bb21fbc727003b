package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own. */
final class BridgeProcess {
    private BridgeProcess() {}

    /** From the classes of this build. Its variables are these and a {@code PATH}, and no others. */
    static ProcessBuilder of(Map<String, String> environment, List<String> arguments) {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return builder(List.of("-cp", classes, "dev.authbridge.Main"), environment, arguments);
    }

    /** As it is delivered; for integration tests, which run once it is packaged. */
    static ProcessBuilder ofJar(Map<String, String> environment, List<String> arguments) {
        Path jar = Path.of(System.getProperty("bridge.target", "target"), "claude-auth-bridge.jar");
        return builder(List.of("-jar", jar.toAbsolutePath().toString()), environment, arguments);
    }

    /**
     * {@code env} replaces itself by Java, with all signals as they usually are. A build that runs in the background or under
     * {@code nohup} ignores some, its children inherit that, and a shell cannot trap a signal that was ignored when it began.
     */
    private static ProcessBuilder builder(List<String> main, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What it leaves behind is found where the tests look, and what other bridges leave is not.
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        command.addAll(main);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Waits for its end. */
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
