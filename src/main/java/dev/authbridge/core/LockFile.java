package dev.authbridge.core;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock on a file, held by at most one holder, in this process or another one. The operating system releases it when the
 * process dies, however it dies. Unlike a process id, it also works between containers that share the folder. May be used
 * from any thread; the methods block on the disk, but never wait for another holder.
 */
public final class LockFile implements Closeable {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * The files that this process has locked. A file lock belongs to the whole process: if a second handle of the same file
     * were opened and closed, the lock would be released.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock; returns empty if it is already held.
     *
     * @param opening {@code CREATE} to make the file if it is missing, {@code CREATE_NEW} to fail if it exists
     * @throws IOException if the file cannot be opened
     */
    public static Optional<LockFile> tryTake(Path file, OpenOption opening) throws IOException {
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        LockFile taken = null;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.WRITE, opening, LinkOption.NOFOLLOW_LINKS), PRIVATE);
            if (channel.tryLock() != null) {
                taken = new LockFile(file, channel);
            }
            return Optional.ofNullable(taken);
        } finally {
            if (taken == null) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(file);
            }
        }
    }

    /** Releases the lock. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
