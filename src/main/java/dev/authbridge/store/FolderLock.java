package dev.authbridge.store;

import dev.authbridge.core.LockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock for writing in a folder, held by one thread of one process at a time. The operating system releases it when the
 * process dies.
 */
final class FolderLock {
    /** Threads of this process wait for each other here; not for long, since a write takes milliseconds. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    /** A write takes milliseconds, so a process that holds the lock for this long is suspended or hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);

    /** Work that reads or writes files. */
    interface Work<T> {
        T run() throws IOException;
    }

    private FolderLock() {}

    /** Does the work while holding the lock. Blocks until the lock is free; fails after 10 seconds. */
    static <T> T holding(Path folder, Work<T> work) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            if (!IN_THIS_PROCESS.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("another thread has held the lock for " + PATIENCE.toSeconds() + " s");
            }
            try {
                LockFile held = take(folder, deadline);
                try {
                    return work.run();
                } finally {
                    held.close();
                }
            } finally {
                IN_THIS_PROCESS.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the lock", e);
        }
    }

    /** Polls, since the blocking system call has no timeout. */
    private static LockFile take(Path folder, long deadline) throws IOException, InterruptedException {
        while (true) {
            Optional<LockFile> taken = LockFile.tryTake(folder.resolve(".lock"), StandardOpenOption.CREATE);
            if (taken.isPresent()) {
                return taken.get();
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "another process has held the lock of " + folder + " for " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(BETWEEN_TRIES.toMillis());
        }
    }
}
