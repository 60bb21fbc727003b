package dev.authbridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lets Jazzer look for inputs that a {@link FuzzTarget} does not handle, for as many seconds as {@code -Dfuzz.seconds} says.
 *
 * <p>What it finds is in {@code target/fuzz/TARGET/findings}, and belongs into {@code src/test/resources/fuzz/TARGET} once it
 * is mended. What it has reached is kept in {@code target/fuzz/TARGET/corpus}, from where the next run goes on.
 */
@Tag("thorough")
class FuzzIT {
    private static final String SANITIZERS = "com.code_intelligence.jazzer.sanitizers.";
    private static final long LONGEST_INPUT = 4_096;

    @ParameterizedTest
    @EnumSource
    void noInputIsFoundThatIsNotHandled(FuzzTarget target) throws Exception {
        Path folder = Path.of(System.getProperty("bridge.target", "target"), "fuzz", target.toString())
                .toAbsolutePath();
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        Path findings = Files.createDirectories(folder.resolve("findings"));
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Files.writeString(folder.resolve("logging.properties"), ".level=OFF\n");
        long seconds = Long.getLong("bridge.fuzz.seconds", 60);

        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Djava.io.tmpdir=" + temporary,
                "-Djava.util.logging.config.file=" + folder.resolve("logging.properties"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=" + String.join(File.pathSeparator, target.instrumented()),
                // The target for HTTP connects to its own server; Netty's use of Unsafe breaks the other one.
                "--disabled_hooks=" + SANITIZERS + "ServerSideRequestForgery" + File.pathSeparator + SANITIZERS
                        + "UnsafeSanitizer",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + seconds,
                "-max_len=" + LONGEST_INPUT,
                "-timeout=10",
                "-rss_limit_mb=1500",
                "-print_final_stats=1",
                corpus.toString(),
                target.kept().toAbsolutePath().toString()));
        Path log = folder.resolve("log");
        Process fuzzer = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = fuzzer.waitFor(2 * seconds + 60, TimeUnit.SECONDS);
            assertEquals(0, ended ? fuzzer.exitValue() : -1, () -> end(log));
        } finally {
            fuzzer.destroyForcibly();
        }
    }

    /** What the fuzzer said last; the findings themselves are in files. */
    private static String end(Path log) {
        try (Stream<String> lines = Files.lines(log, UTF_8)) {
            List<String> all = lines.filter(line -> !line.startsWith("#")).toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
        } catch (java.io.IOException e) {
            return "no log";
        }
    }
}
