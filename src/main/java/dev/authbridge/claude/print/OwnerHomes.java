package dev.authbridge.claude.print;

import dev.authbridge.core.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A permanent HOME for each owner's Claude, under the data folder and closed to everybody else. It keeps the program's own
 * notes (a machine id, what it has migrated), and nothing of what is said. Blocks.
 */
final class OwnerHomes {
    private static final Logger LOG = System.getLogger(OwnerHomes.class.getName());
    private static final String CLOSED = "rwx------";
    /** Without this Claude begins with its onboarding wizard when it is started by hand. */
    private static final String ONBOARDED = "{\"hasCompletedOnboarding\":true}\n";

    /** Where 2.0.77 leaves files of each run; later versions leave none (measured). */
    private static final List<String> OF_SINGLE_RUNS = List.of("debug", "todos");

    /** No run takes longer. */
    private static final Duration RUN = Duration.ofDays(1);

    private final Path all;

    /** @param folder the HOME itself */
    record OwnerHome(Path folder) {
        /** For {@code CLAUDE_CONFIG_DIR}. */
        Path configuration() {
            return folder.resolve(".claude");
        }
    }

    OwnerHomes(Path dataFolder) {
        this.all = dataFolder.resolve("chat");
    }

    /** The owner's HOME, which is made if there is none. */
    OwnerHome of(Owner owner) throws IOException {
        OwnerHome home = new OwnerHome(all.resolve(owner.name()));
        Files.createDirectories(all.getParent());
        close(all);
        close(home.folder());
        close(home.configuration());
        begin(home.configuration().resolve(".claude.json"));
        OF_SINGLE_RUNS.forEach(name -> tidy(home.configuration().resolve(name)));
        return home;
    }

    /** A file that cannot be removed, or is removed meanwhile, is no reason to refuse a prompt. */
    private static void tidy(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                removeOld(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "{0} is left as it is: {1}", folder, e.toString());
        }
    }

    private static void removeOld(Path file) throws IOException {
        try {
            FileTime old = FileTime.from(Instant.now().minus(RUN));
            if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).compareTo(old) < 0) {
                Files.delete(file);
            }
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            // Another prompt of the owner's was quicker, or it is nothing that the program is known to leave.
            LOG.log(Level.DEBUG, "{0} is left as it is", file);
        }
    }

    private static void close(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(CLOSED)));
            } catch (FileAlreadyExistsException e) {
                // Another prompt of the owner's was quicker, or there is a file of that name.
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(folder + " is no folder", e);
                }
            }
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(CLOSED));
    }

    /** Writes the notes that the program begins with, even if an earlier server died between making and writing the file. */
    private static void begin(Path notes) throws IOException {
        if (!Files.exists(notes, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createFile(
                        notes, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException e) {
                // Another prompt of the owner's was quicker, and writes the same.
                LOG.log(Level.DEBUG, "{0} is there already", notes);
            }
        }
        if (Files.size(notes) == 0) {
            Files.write(notes, ONBOARDED.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        }
    }
}
