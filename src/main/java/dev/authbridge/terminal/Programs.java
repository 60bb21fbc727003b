package dev.authbridge.terminal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks a command before it is started, because pty4j does not: if the working folder is missing it silently uses the JVM's
 * own, and if the program is missing it leaks file descriptors.
 */
final class Programs {
    private static final int MAX_SIZE = 4096;

    private Programs() {}

    /**
     * The same command with its program as an absolute path.
     *
     * @throws IOException with what is wrong with it, in one line
     */
    static PtyCommand check(PtyCommand command) throws IOException {
        if (command.command().isEmpty()) {
            throw new IOException("no program given");
        }
        if (Math.min(command.columns(), command.rows()) < 1 || Math.max(command.columns(), command.rows()) > MAX_SIZE) {
            throw new IOException("no such terminal: " + command.columns() + " columns, " + command.rows() + " rows");
        }
        checkStrings(command);
        Path directory = command.directory().toAbsolutePath();
        if (!Files.isDirectory(directory) || !Files.isExecutable(directory)) {
            throw new NotDirectoryException("no folder to work in: " + directory);
        }
        List<String> words = new ArrayList<>(command.command());
        words.set(0, find(words.get(0), command.environment(), directory).toString());
        return new PtyCommand(words, command.environment(), directory, command.columns(), command.rows());
    }

    private static Path find(String program, Map<String, String> environment, Path directory) throws IOException {
        Stream<Path> candidates = program.contains("/")
                ? Stream.of(directory.resolve(program))
                : Stream.of(environment.getOrDefault("PATH", "").split(":"))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> directory.resolve(folder).resolve(program));
        try {
            Optional<Path> found = candidates
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
            return found.orElseThrow(() -> new FileNotFoundException("no such program: " + program));
        } catch (InvalidPathException e) {
            throw new IOException("no path: " + e.getReason(), e);
        }
    }

    /** Refuses NUL, which ends a string in C, and {@code =} in names. The message has no values in it: they may be secret. */
    private static void checkStrings(PtyCommand command) throws IOException {
        if (command.command().stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            throw new IOException("a NUL character in an argument");
        }
        for (Map.Entry<String, String> variable : command.environment().entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.contains("=") || (name + variable.getValue()).indexOf('\0') >= 0) {
                throw new IOException("no name or value of an environment variable: " + name.replace('\0', '?'));
            }
        }
    }
}
