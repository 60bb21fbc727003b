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
 * A file that one holder at a time has locked, in this process or in another one. The system takes the lock back from a
 * process that dies, whatever killed it, and it is seen from other containers on the same folder, which ids of processes
 * are not. May be used from any thread; the methods block on the disk, but never wait for another holder.
 */
public final class LockFile implements Closeable {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * Those of this process, since a file lock belongs to the process: opening and closing any other handle of the file
     * would give it up.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock, unless somebody holds it.
     *
     * @param opening whether the file is made where there is none: {@code CREATE} or {@code CREATE_NEW}
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

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
