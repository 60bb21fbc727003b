package dev.authbridge.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A HOME for one run of a program: only its owner may read it, and it is removed with all that the program left in it. What a
 * killed server leaves behind is removed at the next start. All methods block.
 */
public final class TemporaryHome {
    private static final String PREFIX = "claude-auth-bridge-home-";

    /** Bytes that a program with a short task may be expected to write at most. */
    private static final int NEEDED = 64 * 1024;

    private final HeldFolder folder;

    private TemporaryHome(HeldFolder folder) {
        this.folder = folder;
    }

    /** @throws IOException if the machine's temporary folder cannot be written */
    public static TemporaryHome create() throws IOException {
        // The process id is there for people who look into the temporary folder.
        TemporaryHome home = new TemporaryHome(HeldFolder.create(
                temporaryFolder(), PREFIX + ProcessHandle.current().pid() + "-"));
        try {
            Files.createDirectory(home.temporary());
            return home;
        } catch (IOException e) {
            home.remove();
            throw e;
        }
    }

    /**
     * Tries whether a home can be made now.
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
            // On a full disk a folder can still be made, but nothing can be written into it.
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

    /** For {@code TMPDIR}, so that what the program puts there is removed, too. */
    public Path temporary() {
        return folder().resolve("tmp");
    }

    /** Removes it. May be called again. */
    public void remove() {
        folder.remove();
    }

    /** Removes the homes of servers that were killed. */
    public static void removeLeftovers() {
        HeldFolder.removeAbandoned(temporaryFolder(), PREFIX);
    }

    private static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
