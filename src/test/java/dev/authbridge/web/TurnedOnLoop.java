package dev.authbridge.web;

import dev.authbridge.core.Loop;
import dev.authbridge.support.HandTurnedLoop;
import io.vertx.core.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The event loop of a Vert.x context, with a clock that a test advances; timers that become due run on the loop. */
final class TurnedOnLoop implements Loop {
    private final HandTurnedLoop clock = new HandTurnedLoop();
    private final VertxLoop loop;

    TurnedOnLoop(Context context) {
        this.loop = new VertxLoop(context, Clock.systemUTC());
    }

    @Override
    public Instant now() {
        return clock.now();
    }

    @Override
    public Instant steady() {
        return clock.steady();
    }

    /** Sets the clock forward, or back by a negative duration; no time passes. */
    void set(Duration by) {
        clock.set(by);
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        return clock.after(delay, action);
    }

    @Override
    public void execute(Runnable action) {
        loop.execute(action);
    }

    @Override
    public boolean isCurrent() {
        return loop.isCurrent();
    }

    /** How many timers are pending; must be called on the loop. */
    int count() {
        return clock.count();
    }

    /** Advances the clock, and returns once everything that became due has run. */
    void turn(Duration by) throws Exception {
        CompletableFuture<Void> turned = new CompletableFuture<>();
        execute(() -> {
            try {
                clock.turn(by);
                turned.complete(null);
            } catch (RuntimeException e) {
                turned.completeExceptionally(e);
            }
        });
        turned.get(10, TimeUnit.SECONDS);
    }
}
