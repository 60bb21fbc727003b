package dev.authbridge.claude;

import dev.authbridge.process.ProcessTree;
import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Claude CLI as it is called on this machine, and its answers to short questions.
 *
 * @param words the program and what comes before its own arguments; the program is an absolute path
 * @param variables what this program needs in its environment besides that of {@link CliEnvironment}
 */
public record ClaudeCommand(List<String> words, Map<String, String> variables) {
    /** How long a short question may take, before the CLI counts as hanging. */
    public static final long ANSWERS_WITHIN_SECONDS = 20;

    /** In bytes; the {@code --help} of 2.1.332 has 25,000. */
    private static final int LONGEST_ANSWER = 1_000_000;

    /** Where the Claude CLI that is to be run comes from. */
    @FunctionalInterface
    public interface Source {
        /** The CLI to run, looked up each time; blocks for a few file look-ups. Empty if there is none. */
        Optional<ClaudeCommand> find();

        /** Completes, on any thread, once it is known whether there is a CLI: a login waits while the CLI is being installed. */
        default CompletionStage<Void> settled() {
            return CompletableFuture.completedFuture(null);
        }

        /** Why there is no CLI and what to do about it, in whole sentences. */
        default String missing() {
            return CliMessages.NOT_INSTALLED;
        }
    }

    /**
     * What the CLI answered to an option.
     *
     * @param output all that it printed
     */
    public record Answer(int exitCode, String output) {
        /** {@code 2.1.330 (Claude Code)}. */
        private static final Pattern VERSION =
                Pattern.compile("(?m)^(\\d{1,6}\\.\\d{1,6}\\.\\d{1,6})\\b.{0,20}\\(Claude Code\\)");

        /** The CLI's own statement of its version; empty if there is none in the answer, which means that the CLI is broken. */
        public Optional<String> version() {
            return Optional.of(VERSION.matcher(output)).filter(Matcher::find).map(found -> found.group(1));
        }

        /** What the CLI printed, fit to be shown: the words of its first lines as one line of limited length, without secrets. */
        public String said() {
            return ScreenRedaction.said(output);
        }
    }

    /**
     * A CLI as it lies on the disk, to tell whether what was found out about it still holds.
     *
     * @param words the command that runs it
     * @param size of the program, in bytes
     * @param modified when the program was written
     */
    public record File(List<String> words, long size, FileTime modified) {}

    public ClaudeCommand {
        words = List.copyOf(words);
        variables = Map.copyOf(variables);
    }

    /** A program that needs nothing in its environment besides the usual. */
    public ClaudeCommand(List<String> words) {
        this(words, Map.of());
    }

    /** The program file. */
    public Path program() {
        return Path.of(words.get(0));
    }

    /** The whole command with these arguments. */
    public List<String> with(List<String> arguments) {
        List<String> whole = new ArrayList<>(words);
        whole.addAll(arguments);
        return whole;
    }

    /**
     * The whole environment of a run of this program, in a temporary HOME. Blocks.
     *
     * @param server the server's own environment
     */
    public Map<String, String> environment(Map<String, String> server, TemporaryHome home) throws IOException {
        Map<String, String> environment = CliEnvironment.of(server, home);
        environment.putAll(variables);
        return environment;
    }

    /** The CLI as it lies on the disk now. Blocks on the disk. */
    public File file() throws IOException {
        return new File(words, Files.size(program()), Files.getLastModifiedTime(program()));
    }

    /**
     * Runs the CLI with an option such as {@code --help}, in a HOME of its own, without a terminal or input. Blocks for up to
     * 20 s.
     *
     * @param serverEnvironment the server's own environment, of which the CLI gets a few variables
     * @return empty if the CLI did not end in time
     * @throws IOException if the CLI cannot be run at all
     */
    public Optional<Answer> ask(String option, Map<String, String> serverEnvironment) throws IOException {
        return ask(List.of(option), serverEnvironment);
    }

    /** Like {@link #ask(String, Map)}, with several arguments. */
    public Optional<Answer> ask(List<String> arguments, Map<String, String> serverEnvironment) throws IOException {
        TemporaryHome home = TemporaryHome.create();
        try {
            Path output = home.folder().resolve("answer.txt");
            ProcessBuilder builder = new ProcessBuilder(with(arguments))
                    .directory(home.folder().toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment(serverEnvironment, home));
            Process process = builder.start();
            try {
                if (!process.waitFor(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                    return Optional.empty();
                }
            } finally {
                ProcessTree.withVariable(process.pid(), "TMPDIR=" + home.temporary())
                        .kill();
            }
            return Optional.of(new Answer(process.exitValue(), read(output)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the CLI was asked for " + arguments, e);
        } finally {
            home.remove();
        }
    }

    /** Its beginning: what follows is no answer to a short question. */
    private static String read(Path output) throws IOException {
        try (InputStream file = Files.newInputStream(output)) {
            return new String(file.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
