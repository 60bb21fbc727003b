package dev.authbridge.claude;

import dev.authbridge.core.LockFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A temporary folder that belongs to the process that made it for as long as that lives, and to whoever tidies up after
 * it: a lock on a file in it tells which (see {@link LockFile}).
 *
 * <p>All methods block. May be used from any thread.
 */
public final class HeldFolder {
    private static final Logger LOG = System.getLogger(HeldFolder.class.getName());
    private static final String LOCK = ".held";

    /** Somebody who tidies up can take a folder in the moment before it is locked; not many times in a row. */
    private static final int TRIES = 10;

    private final Path path;
    private final LockFile lock;

    private HeldFolder(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /** A new one, for its owner alone (mode 0700). */
    public static HeldFolder create(Path parent, String prefix) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Path folder = Files.createTempDirectory(parent.toRealPath(), prefix);
            try {
                Optional<HeldFolder> created = take(folder, StandardOpenOption.CREATE_NEW);
                if (created.isPresent()) {
                    return created.get();
                }
            } catch (IOException e) {
                Files.walkFileTree(folder, new RemovingVisitor());
                throw e;
            }
        }
        throw new IOException("no folder in " + parent + " can be kept from being removed");
    }

    /** Removes the folders of that name whose processes have ended; those of other users are left alone. */
    public static void removeAbandoned(Path parent, String prefix) {
        try {
            HeldFolder own = create(parent, prefix);
            UserPrincipal self = Files.getOwner(own.path);
            own.remove();
            for (Path entry : entries(parent.toRealPath(), prefix)) {
                removeAbandoned(self, entry);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.WARNING, "what was left in {0} could not be removed: {1}", parent, e);
        }
    }

    private static void removeAbandoned(UserPrincipal self, Path entry) {
        try {
            if (isOf(self, entry)) {
                take(entry, StandardOpenOption.CREATE).ifPresent(HeldFolder::remove);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "what was left in {0} could not be removed: {1}", entry, e);
        }
    }

    public Path path() {
        return path;
    }

    /** Removes it with all that is in it. What is written meanwhile is removed in a second go. May be called again. */
    public void remove() {
        for (int attempt = 0; Files.exists(path) && attempt < 3; attempt++) {
            try {
                Files.walkFileTree(path, new RemovingVisitor());
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the temporary folder {0} changed while it was removed", path);
            }
        }
        if (Files.exists(path)) {
            LOG.log(Level.WARNING, "the temporary folder {0} could not be removed", path);
        }
        letGo(path, lock);
    }

    /** Takes the folder unless somebody holds it, or it has gone meanwhile. */
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

    /** Others may put anything under such a name into a folder that all may write to, links included. */
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
            LOG.log(Level.DEBUG, "the lock of {0} did not close", folder);
        }
    }

    private static List<Path> entries(Path parent, String prefix) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }
}
