package dev.authbridge.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** An event loop on its own daemon thread, for commands, which run no web server. */
public final class ThreadLoop implements Loop, AutoCloseable {
    private static final Logger LOG = System.getLogger(ThreadLoop.class.getName());

    private final ScheduledExecutorService executor;
    private final Clock clock;
    private volatile Thread thread;

    /** @param name the name of the thread */
    public ThreadLoop(String name, Clock clock) {
        this.clock = clock;
        this.executor = Executors.newSingleThreadScheduledExecutor(work -> {
            thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Instant steady() {
        return Instant.EPOCH.plusNanos(System.nanoTime());
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Future<?> waiting = executor.schedule(() -> run(action), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> waiting.cancel(false);
    }

    @Override
    public void execute(Runnable action) {
        executor.execute(() -> run(action));
    }

    /** Logs what the action throws, which the executor would swallow. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "an action on the event loop failed", e);
        }
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Accepts no more actions, and ends after those that were already submitted. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
