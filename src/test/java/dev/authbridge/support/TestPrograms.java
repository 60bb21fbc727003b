package dev.authbridge.support;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts test classes as programs in processes of their own. */
public final class TestPrograms {
    private TestPrograms() {}

    /** Starts the class's {@code main} in a JVM that starts quickly, with its error output in its output. */
    public static Process start(Class<?> program, List<String> arguments) throws IOException {
        return new ProcessBuilder(command(program, arguments))
                .redirectErrorStream(true)
                .start();
    }

    public static List<String> command(Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(arguments);
        return command;
    }
}
