package dev.authbridge.claude;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * A HOME of its own for one run of the CLI, readable by its owner alone and removed with all that the CLI left in it.
 *
 * <p>Its name holds the process that made it, so that a later start can remove what a killed server left behind. All
 * methods block.
 */
public final class CliHome {
    private static final Logger LOG = System.getLogger(CliHome.class.getName());
    private static final String PREFIX = "claude-auth-bridge-home-";

    private final Path folder;

    private CliHome(Path folder) {
        this.folder = folder;
    }

    /** @throws IOException if the temporary folder cannot be written */
    public static CliHome create() throws IOException {
        // createTempDirectory makes it with mode 0700.
        CliHome home = new CliHome(
                Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-"));
        Files.createDirectory(home.configuration());
        Files.createDirectory(home.temporary());
        return home;
    }

    /** For {@code HOME}. */
    public Path folder() {
        return folder;
    }

    /** For {@code CLAUDE_CONFIG_DIR}. */
    Path configuration() {
        return folder.resolve(".claude");
    }

    /** For {@code TMPDIR}: what the CLI puts there goes with it. */
    public Path temporary() {
        return folder.resolve("tmp");
    }

    /** Removes it. What the CLI, on its way out, writes meanwhile is removed in a second go. */
    public void remove() {
        for (int attempt = 0; Files.exists(folder) && attempt < 3; attempt++) {
            try {
                remove(folder);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the temporary HOME {0} changed while it was removed", folder);
            }
        }
        if (Files.exists(folder)) {
            LOG.log(Level.WARNING, "the temporary HOME {0} could not be removed", folder);
        }
    }

    /** Removes the folders of processes that no longer live. */
    static void removeLeftovers() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> entries = Files.list(temporary)) {
            entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
                    .filter(CliHome::abandoned)
                    .forEach(entry -> new CliHome(entry).remove());
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.WARNING, "the temporary folder {0} could not be read", temporary);
        }
    }

    private static boolean abandoned(Path entry) {
        String[] parts =
                entry.getFileName().toString().substring(PREFIX.length()).split("-");
        try {
            return ProcessHandle.of(Long.parseLong(parts[0])).isEmpty();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void remove(Path root) throws IOException {
        // Files.walkFileTree does not follow symbolic links unless told to.
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
