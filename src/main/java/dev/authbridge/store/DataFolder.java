package dev.authbridge.store;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the bridge keeps its data: {@code CLAUDE_CREDENTIALS_PATH}, or a folder of its own in the user's data folder. */
public final class DataFolder {
    /** The variable that names it. */
    public static final String VARIABLE = "CLAUDE_CREDENTIALS_PATH";

    private DataFolder() {}

    /**
     * The folder, absolute; it need not be there yet. An empty variable counts as not set.
     *
     * @throws IllegalArgumentException for a value that cannot be used, saying what is accepted
     */
    public static Path of(Map<String, String> environment) {
        Path folder = text(environment, VARIABLE)
                .map(DataFolder::path)
                .orElseGet(() -> usual(environment))
                .toAbsolutePath()
                .normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("must be a folder, and there is a file of that name");
        }
        return folder;
    }

    private static Path usual(Map<String, String> environment) {
        Path home = Path.of(text(environment, "HOME").orElse(System.getProperty("user.home")));
        // XDG: a relative path there is to be ignored.
        return text(environment, "XDG_DATA_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(home.resolve(".local/share"))
                .resolve("claude-auth-bridge");
    }

    private static Path path(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a path", e);
        }
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
