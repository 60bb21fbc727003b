package dev.authbridge.claude;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A HOME of its own for one run of the CLI, readable by its owner alone and removed with all that the CLI left in it. What
 * a killed server leaves behind the next start removes. All methods block.
 */
public final class CliHome {
    private static final String PREFIX = "claude-auth-bridge-home-";

    private final HeldFolder folder;

    /** A CLI that only signs in writes less than this. */
    private static final int NEEDED = 64 * 1024;

    private CliHome(HeldFolder folder) {
        this.folder = folder;
    }

    /** @throws IOException if the temporary folder cannot be written */
    public static CliHome create() throws IOException {
        // The process is named for people who look into the folder.
        CliHome home = new CliHome(HeldFolder.create(
                temporaryFolder(), PREFIX + ProcessHandle.current().pid() + "-"));
        try {
            Files.createDirectory(home.configuration());
            Files.createDirectory(home.temporary());
            return home;
        } catch (IOException e) {
            home.remove();
            throw e;
        }
    }

    /**
     * Finds out whether a HOME could be made now.
     *
     * @return why not; empty where all is well
     */
    public static Optional<String> fault() {
        return fault(temporaryFolder());
    }

    static Optional<String> fault(Path temporaryFolder) {
        HeldFolder folder = null;
        try {
            folder = HeldFolder.create(temporaryFolder, PREFIX);
            // a folder can still be made on a disk that is full
            Files.write(folder.path().resolve("room"), new byte[NEEDED]);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("No program can be given a temporary folder in " + temporaryFolder + ": "
                    + e.getMessage() + ". Make it writable, and room on it.");
        } finally {
            if (folder != null) {
                folder.remove();
            }
        }
    }

    /** For {@code HOME}. */
    public Path folder() {
        return folder.path();
    }

    /** For {@code CLAUDE_CONFIG_DIR}. */
    Path configuration() {
        return folder().resolve(".claude");
    }

    /** For {@code TMPDIR}: what the CLI puts there goes with it. */
    public Path temporary() {
        return folder().resolve("tmp");
    }

    /** Removes it. May be called again. */
    public void remove() {
        folder.remove();
    }

    /** Removes those of servers that no longer live. */
    public static void removeLeftovers() {
        HeldFolder.removeAbandoned(temporaryFolder(), PREFIX);
    }

    private static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
