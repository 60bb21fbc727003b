package dev.authbridge.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits, up to a deadline, for conditions that no event announces, such as the end of another process's child. */
public final class Eventually {
    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

    private Eventually() {}

    /** Waits until the condition holds, and returns whether it did in time. */
    public static boolean holds(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }

    /** Waits until the condition holds, and fails with this message if it does not in time. */
    public static void waitUntil(Duration limit, BooleanSupplier condition, Supplier<String> otherwise) {
        if (!holds(limit, condition)) {
            throw new AssertionError("after " + limit.toMillis() + " ms: " + otherwise.get());
        }
    }
}
