package dev.authbridge.claude;

import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the CLI answered to an option such as {@code --help} or {@code --version}.
 *
 * @param output all that it printed
 */
public record CliAnswer(int exitCode, String output) {
    private static final long WITHIN_SECONDS = 20;

    /** {@code 2.1.330 (Claude Code)}. */
    private static final Pattern VERSION = Pattern.compile("(?m)^(\\d+\\.\\d+\\.\\d+)\\b");

    /**
     * Runs the CLI with this option, in a HOME of its own, without a terminal or input. Blocks for up to 20 s.
     *
     * @param serverEnvironment the server's own environment, of which the CLI gets a few variables
     * @return empty if the CLI did not end in time
     * @throws IOException if the CLI cannot be run at all
     */
    public static Optional<CliAnswer> to(ClaudeCommand command, String option, Map<String, String> serverEnvironment)
            throws IOException {
        TemporaryHome home = TemporaryHome.create();
        try {
            Path output = home.folder().resolve("answer.txt");
            ProcessBuilder builder = new ProcessBuilder(command.with(List.of(option)))
                    .directory(home.folder().toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            builder.environment().putAll(CliEnvironment.of(serverEnvironment, home));
            Process process = builder.start();
            try {
                if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
                    return Optional.empty();
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return Optional.of(
                    new CliAnswer(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the CLI was asked for " + option, e);
        } finally {
            home.remove();
        }
    }

    /** The CLI's own statement of its version; empty if there is none in the answer, which means that the CLI is broken. */
    public Optional<String> version() {
        return Optional.of(VERSION.matcher(output)).filter(Matcher::find).map(found -> found.group(1));
    }
}
