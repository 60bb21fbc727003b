package dev.authbridge.web;

import dev.authbridge.core.Timers;
import dev.authbridge.support.HandTurnedTimers;
import io.vertx.core.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The clock that a test turns, for parts that live on a loop: what becomes due runs there. */
final class TurnedOnLoop implements Timers {
    private final HandTurnedTimers timers = new HandTurnedTimers();
    private final Context loop;

    TurnedOnLoop(Context loop) {
        this.loop = loop;
    }

    @Override
    public Instant now() {
        return timers.now();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        return timers.after(delay, action);
    }

    /** How many timers wait; to be asked on the loop. */
    int count() {
        return timers.count();
    }

    /** Runs the work on the loop. */
    void run(Runnable work) {
        loop.runOnContext(onLoop -> work.run());
    }

    /** Turns the clock on, and returns once everything that became due has run. */
    void turn(Duration by) throws Exception {
        CompletableFuture<Void> turned = new CompletableFuture<>();
        loop.runOnContext(onLoop -> {
            try {
                timers.turn(by);
                turned.complete(null);
            } catch (RuntimeException e) {
                turned.completeExceptionally(e);
            }
        });
        turned.get(10, TimeUnit.SECONDS);
    }
}
