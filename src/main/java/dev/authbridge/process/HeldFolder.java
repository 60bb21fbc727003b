package dev.authbridge.process;

import dev.authbridge.core.LockFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A temporary folder that is in use for as long as the process lives that made it.
 *
 * <p>That process holds a lock on a file in the folder (see {@link LockFile}). A folder whose lock is free was left behind by a
 * process that was killed, and {@link #removeAbandoned} removes it.
 *
 * <p>All methods block. May be used from any thread.
 */
public final class HeldFolder {
    private static final Logger LOG = System.getLogger(HeldFolder.class.getName());
    private static final String LOCK = ".held";

    /** Another process may remove a new folder as abandoned before it is locked; that does not happen many times in a row. */
    private static final int TRIES = 10;

    private final Path path;
    private final LockFile lock;

    private HeldFolder(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes a new folder that only its owner may read (mode 0700), and holds it.
     *
     * @param prefix how its name begins
     */
    public static HeldFolder create(Path parent, String prefix) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Path folder = Files.createTempDirectory(parent.toRealPath(), prefix);
            try {
                Optional<HeldFolder> created = take(folder, StandardOpenOption.CREATE_NEW);
                if (created.isPresent()) {
                    return created.get();
                }
            } catch (IOException e) {
                removeTree(folder);
                throw e;
            }
        }
        throw new IOException("each new folder in " + parent + " was removed at once by another process");
    }

    /** Removes the folders with this prefix that nobody holds any more; those of other users are left alone. */
    public static void removeAbandoned(Path parent, String prefix) {
        try {
            HeldFolder own = create(parent, prefix);
            UserPrincipal self = Files.getOwner(own.path);
            own.remove();
            for (Path entry : entries(parent.toRealPath(), prefix)) {
                removeAbandoned(self, entry);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.WARNING, "abandoned folders in {0} could not be removed: {1}", parent, e);
        }
    }

    private static void removeAbandoned(UserPrincipal self, Path entry) {
        try {
            if (isOf(self, entry)) {
                take(entry, StandardOpenOption.CREATE).ifPresent(HeldFolder::remove);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the abandoned folder {0} could not be removed: {1}", entry, e);
        }
    }

    /** Removes a folder with all that is in it. Links are not followed; a file that disappears meanwhile is no error. */
    public static void removeTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
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

    public Path path() {
        return path;
    }

    /** Removes the folder with all that is in it, and lets go of it. May be called again. */
    public void remove() {
        // Several times, because a program may still be writing into it.
        for (int attempt = 0; Files.exists(path) && attempt < 3; attempt++) {
            try {
                removeTree(path);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the temporary folder {0} changed while it was removed", path);
            }
        }
        if (Files.exists(path)) {
            LOG.log(Level.WARNING, "the temporary folder {0} could not be removed", path);
        }
        letGo(path, lock);
    }

    /** Locks the folder; empty if another process holds it or has removed it meanwhile. */
    private static Optional<HeldFolder> take(Path folder, OpenOption opening) throws IOException {
        Path name = folder.resolve(LOCK);
        Optional<LockFile> lock;
        try {
            lock = LockFile.tryTake(name, opening);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            return Optional.empty();
        }
        if (lock.isPresent() && !Files.exists(name)) {
            letGo(folder, lock.get());
            return Optional.empty();
        }
        return lock.map(taken -> new HeldFolder(folder, taken));
    }

    /** In a folder such as {@code /tmp} other users may put anything under the same prefix, links included. */
    private static boolean isOf(UserPrincipal self, Path entry) throws IOException {
        try {
            return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(entry, LinkOption.NOFOLLOW_LINKS).equals(self);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void letGo(Path folder, LockFile lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the lock of {0} could not be closed", folder);
        }
    }

    private static List<Path> entries(Path parent, String prefix) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }
}
