package dev.authbridge.chat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A login loop that turns on the test's own thread, while that waits for something. */
final class PumpedLoop implements Executor {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Turns until the condition holds; fails where it does not in time. */
    void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            // What is waited for may also come about on another thread, with no task here.
            Runnable task = tasks.poll(10, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            } else if (System.nanoTime() > deadline) {
                throw new AssertionError("what was waited for did not come in " + PATIENCE.toSeconds() + " s");
            }
        }
    }
}
