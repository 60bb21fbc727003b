package dev.authbridge.core;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The event loop: the one thread that owns all sessions, states and screens, so that these need no locks, and the clock
 * that they go by. Its methods may be called from any thread. What runs on it must not block, and what is thrown by it is
 * logged by the loop. Tests turn the clock by hand.
 */
public interface Loop extends Executor {
    /** How long another machine may take to answer. */
    Duration ANSWER_WITHIN = Duration.ofSeconds(10);

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

    /** The same as {@link #bring(CompletionStage, Duration)}, for an answer that has to come within {@link #ANSWER_WITHIN}. */
    default <T> CompletionStage<T> bring(CompletionStage<T> answer) {
        return bring(answer, ANSWER_WITHIN);
    }

    /**
     * Brings an answer that may come on any thread to the loop: what depends on the returned stage runs there, and at once
     * if the answer is there already. To be called on the loop.
     *
     * @param within how long the answer may take; after that the returned stage fails with {@code timed_out}, so that
     *     nobody waits forever, and an answer that comes later is ignored
     */
    default <T> CompletionStage<T> bring(CompletionStage<T> answer, Duration within) {
        CompletableFuture<T> future = answer.toCompletableFuture();
        if (future.isDone()) {
            return future;
        }
        CompletableFuture<T> here = new CompletableFuture<>();
        Timer deadline = after(
                within,
                () -> here.completeExceptionally(new Refusal(
                        Reason.TIMED_OUT, "The server did not get an answer in time. Try again in a moment.")));
        future.whenComplete((value, failure) -> execute(() -> {
            deadline.cancel();
            if (failure == null) {
                here.complete(value);
            } else {
                here.completeExceptionally(failure);
            }
        }));
        return here;
    }

    /** An action that waits for its time. */
    @FunctionalInterface
    interface Timer {
        /** Does nothing if the action has run. */
        void cancel();
    }
}
