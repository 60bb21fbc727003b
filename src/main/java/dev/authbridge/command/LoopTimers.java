package dev.authbridge.command;

import dev.authbridge.core.Timers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Timers on the one thread that is the login loop of a command. */
final class LoopTimers implements Timers {
    private final ScheduledExecutorService loop;
    private final Clock clock;

    LoopTimers(ScheduledExecutorService loop, Clock clock) {
        this.loop = loop;
        this.clock = clock;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Future<?> waiting = loop.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> waiting.cancel(false);
    }
}
