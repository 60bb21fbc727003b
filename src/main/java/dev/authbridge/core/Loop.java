package dev.authbridge.core;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The event loop: the one thread that owns all sessions, states and screens, so that these need no locks. It also provides
 * their clock, which tests turn by hand. Its methods may be called from any thread. Actions that run on it must not block;
 * what they throw is logged.
 */
public interface Loop extends Executor {
    /** How long another machine may take to answer, unless the caller sets its own limit. */
    Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    /** The current time, by a clock that may be set forward or back at any moment. */
    Instant now();

    /**
     * A time that only goes forward, at the same speed as a clock, for what lasts a certain time. It says nothing about the
     * date. Timers follow it, too.
     */
    Instant steady();

    /** Runs the action on the loop after the delay. An action that is cancelled on the loop before it has run never runs. */
    Timer after(Duration delay, Runnable action);

    /** Runs the action on the loop, after those that were submitted earlier; returns at once. */
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

    /** {@link #bring(CompletionStage, Duration)} with a limit of {@link #ANSWER_WITHIN}. */
    default <T> CompletionStage<T> bring(CompletionStage<T> answer) {
        return bring(answer, ANSWER_WITHIN);
    }

    /**
     * Moves an answer that may arrive on any thread to the loop: actions that depend on the returned stage run there, and
     * immediately if the answer has already arrived. To be called on the loop.
     *
     * @param within how long the answer may take; after that the returned stage fails with {@code timed_out}, and an answer
     *     that arrives later is ignored
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

    /** A scheduled action. */
    @FunctionalInterface
    interface Timer {
        /** Cancels the action; does nothing if it has already run. */
        void cancel();
    }
}
