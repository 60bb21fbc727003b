package dev.authbridge.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to write in a folder, held by one thread of one process at a time. The system takes it back from a process
 * that dies.
 */
final class FolderLock {
    /**
     * One lock for all folders of this process: a file lock belongs to the process, and closing any other handle of the
     * same file would give it up. Writes take milliseconds, so that nobody waits long.
     */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    /** A write takes milliseconds; whoever holds the lock this long was stopped or hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);

    private static final Set<OpenOption> OPEN =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Something to do on the disk. */
    interface Work<T> {
        T run() throws IOException;
    }

    private FolderLock() {}

    /** Does the work while nobody else writes in the folder. Blocks until it is free; fails after 10 seconds. */
    static <T> T holding(Path folder, Work<T> work) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            if (!IN_THIS_PROCESS.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("another thread has held the lock for " + PATIENCE.toSeconds() + " s");
            }
            try (FileChannel file = FileChannel.open(folder.resolve(".lock"), OPEN, PRIVATE)) {
                lock(file, folder, deadline);
                return work.run();
            } finally {
                IN_THIS_PROCESS.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the lock", e);
        }
    }

    /** Tries again and again, since the blocking call knows no deadline. Closing the file gives the lock back. */
    private static void lock(FileChannel file, Path folder, long deadline) throws IOException, InterruptedException {
        for (FileLock lock = file.tryLock(); lock == null; lock = file.tryLock()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "another process has held the lock of " + folder + " for " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(BETWEEN_TRIES.toMillis());
        }
    }
}
