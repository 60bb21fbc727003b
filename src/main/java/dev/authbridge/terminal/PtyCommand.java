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
 * What to run under a pseudo-terminal.
 *
 * @param command the program, looked up in the environment's own {@code PATH} where it has no slash, and its arguments;
 *     other users of the machine can read them, so there is nothing secret in them
 * @param environment the whole environment of the program: nothing of this process's own is added
 * @param directory its working folder, which must be there
 * @param columns the width of its terminal
 * @param rows the height of its terminal
 */
public record PtyCommand(List<String> command, Map<String, String> environment, Path directory, int columns, int rows) {
    private static final int MAX_SIZE = 4096;

    public PtyCommand {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /**
     * The same command with absolute paths, if it can be started. pty4j does not check that: if the working folder is missing it
     * silently uses the JVM's own, and if the program is missing it leaks file descriptors.
     *
     * @throws IOException if it cannot be started; the message says why, in one line
     */
    PtyCommand checked() throws IOException {
        if (command.isEmpty()) {
            throw new IOException("no program given");
        }
        if (Math.min(columns, rows) < 1 || Math.max(columns, rows) > MAX_SIZE) {
            throw new IOException("no such terminal: " + columns + " columns, " + rows + " rows");
        }
        checkStrings();
        Path absolute = directory.toAbsolutePath();
        if (!Files.isDirectory(absolute) || !Files.isExecutable(absolute)) {
            throw new NotDirectoryException("no folder to work in: " + absolute);
        }
        List<String> words = new ArrayList<>(command);
        words.set(0, program(absolute).toString());
        return new PtyCommand(words, environment, absolute, columns, rows);
    }

    private Path program(Path absolute) throws IOException {
        String name = command.get(0);
        Stream<Path> candidates = name.contains("/")
                ? Stream.of(absolute.resolve(name))
                : Stream.of(environment.getOrDefault("PATH", "").split(":"))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> absolute.resolve(folder).resolve(name));
        try {
            Optional<Path> found = candidates
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
            return found.orElseThrow(() -> new FileNotFoundException("no such program: " + name));
        } catch (InvalidPathException e) {
            throw new IOException("no path: " + e.getReason(), e);
        }
    }

    /** Refuses NUL, which ends a string in C, and {@code =} in names. The message has no values in it: they may be secret. */
    private void checkStrings() throws IOException {
        if (command.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            throw new IOException("a NUL character in an argument");
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.contains("=") || (name + variable.getValue()).indexOf('\0') >= 0) {
                throw new IOException("no name or value of an environment variable: " + name.replace('\0', '?'));
            }
        }
    }

    /** Only the program: arguments and environment stay out of logs. */
    @Override
    public String toString() {
        return "PtyCommand[" + (command.isEmpty() ? "" : command.get(0)) + "]";
    }
}
