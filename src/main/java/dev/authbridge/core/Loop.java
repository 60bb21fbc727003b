package dev.authbridge.core;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/**
 * The event loop: the one thread that owns all sessions, states and screens, so that these need no locks, and the clock
 * that they go by. Its methods may be called from any thread. What runs on it must not block, and what is thrown by it is
 * logged by the loop. Tests turn the clock by hand.
 */
public interface Loop extends Executor {
    /** The time. */
    Instant now();

    /** Runs the action on the loop once the delay has passed, unless it is cancelled before; what is cancelled on the loop never runs. */
    Timer after(Duration delay, Runnable action);

    /** Runs the action on the loop, after those that were handed over before; returns at once. */
    @Override
    void execute(Runnable action);

    /** Whether the caller is on the loop's thread. */
    boolean isCurrent();

    /** @throws IllegalStateException if the caller is on another thread, which is a fault of the calling code */
    default void requireCurrent() {
        if (!isCurrent()) {
            throw new IllegalStateException("this belongs to the event loop and was called on the thread "
                    + Thread.currentThread().getName());
        }
    }

    /** An action that waits for its time. */
    @FunctionalInterface
    interface Timer {
        /** Does nothing if the action has run. */
        void cancel();
    }
}
