package dev.authbridge.support;

import dev.authbridge.core.Loop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * An event loop that a test runs by hand: its clock stands still, and its actions wait, until the test calls one of the
 * methods here. Any thread may hand over actions; everything else is for the thread that created the loop.
 */
public final class HandTurnedLoop implements Loop {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Thread thread = Thread.currentThread();
    private final BlockingQueue<Runnable> actions = new LinkedBlockingQueue<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private Instant steady = Instant.parse("2026-11-22T12:00:00Z");
    private Duration setBy = Duration.ZERO;

    private record Waiting(Instant due, Runnable action) {}

    @Override
    public Instant now() {
        return steady.plus(setBy);
    }

    @Override
    public Instant steady() {
        return steady;
    }

    /** Sets the clock forward, or back by a negative duration, as an administrator might; no time passes. */
    public void set(Duration by) {
        setBy = setBy.plus(by);
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Waiting timer = new Waiting(steady.plus(delay), action);
        waiting.add(timer);
        return () -> waiting.removeIf(candidate -> candidate == timer);
    }

    @Override
    public void execute(Runnable action) {
        actions.add(action);
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** How many timers are pending. */
    public int count() {
        return waiting.size();
    }

    /** How many actions are waiting, not counting timers. Any thread may ask. */
    public int actions() {
        return actions.size();
    }

    /** Runs all waiting actions, including those that they hand over. */
    public void settle() {
        for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
            action.run();
        }
    }

    /** Waits for the next action and runs it; fails if none comes in time. */
    public void runNext() throws InterruptedException {
        if (!runNextWithin(PATIENCE)) {
            throw new AssertionError("no action came to the loop in " + PATIENCE.toSeconds() + " s");
        }
    }

    /** Runs the next action if one comes in time, and returns whether one came. */
    public boolean runNextWithin(Duration limit) throws InterruptedException {
        Runnable action = actions.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (action != null) {
            action.run();
        }
        return action != null;
    }

    /** Runs actions until the condition holds, which another thread may bring about; fails if it does not in time. */
    public void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (!runNextWithin(Duration.ofMillis(10)) && System.nanoTime() > deadline) {
                throw new AssertionError("what was waited for did not come in " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    /**
     * Runs actions and turns the clock until the condition holds, which a program may bring about; fails if it does not in time. The
     * clock goes only twice as fast as real time, or a busy machine would make the program too slow for its deadlines.
     *
     * @param state what there is instead, for the message
     */
    public void turnUntil(BooleanSupplier condition, Supplier<?> state) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it does not happen; so far there is " + state.get());
            }
            if (!runNextWithin(Duration.ofMillis(5))) {
                turn(Duration.ofMillis(10));
            }
        }
    }

    /** Runs all waiting actions, then advances the clock and runs each timer that becomes due, at its own time. */
    public void turn(Duration by) {
        settle();
        Instant end = steady.plus(by);
        for (Optional<Waiting> next = due(end); next.isPresent(); next = due(end)) {
            waiting.remove(next.get());
            steady = next.get().due();
            next.get().action().run();
            settle();
        }
        steady = end;
    }

    private Optional<Waiting> due(Instant end) {
        return waiting.stream().filter(timer -> !timer.due().isAfter(end)).min(Comparator.comparing(Waiting::due));
    }
}
