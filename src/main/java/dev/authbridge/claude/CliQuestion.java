package dev.authbridge.claude;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the CLI for a short answer, such as {@code --help}: in a HOME of its own, without a terminal or input. Blocks. */
final class CliQuestion {
    private static final long WITHIN_SECONDS = 20;

    /**
     * What came of a question.
     *
     * @param output all that was printed
     */
    record Answer(int exitCode, String output) {}

    private CliQuestion() {}

    /**
     * @param serverEnvironment the server's own environment, of which the CLI gets a few names
     * @return all that it printed; empty where it did not end in time
     * @throws IOException if the CLI cannot be run at all
     */
    static Optional<String> ask(ClaudeCommand command, String option, Map<String, String> serverEnvironment)
            throws IOException {
        return answer(command, option, serverEnvironment).map(Answer::output);
    }

    /** The same, with the exit code. */
    static Optional<Answer> answer(ClaudeCommand command, String option, Map<String, String> serverEnvironment)
            throws IOException {
        CliHome home = CliHome.create();
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
            return Optional.of(new Answer(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the CLI was asked for " + option, e);
        } finally {
            home.remove();
        }
    }
}
