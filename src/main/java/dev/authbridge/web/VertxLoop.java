package dev.authbridge.web;

import dev.authbridge.core.Loop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The event loop of one Vert.x context. */
public final class VertxLoop implements Loop {
    private final Vertx vertx;
    private final Context context;
    private final Clock clock;

    public VertxLoop(Context context, Clock clock) {
        this.vertx = context.owner();
        this.context = context;
        this.clock = clock;
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
        Waiting waiting = new Waiting(action);
        waiting.id = vertx.setTimer(Math.max(1, delay.toMillis()), fired -> execute(waiting::run));
        return waiting;
    }

    @Override
    public void execute(Runnable action) {
        context.runOnContext(onLoop -> action.run());
    }

    /** Compares threads, since each request has a context of its own on the same thread. */
    @Override
    public boolean isCurrent() {
        return ((ContextInternal) context).inThread();
    }

    /** A timer. Its action may already be on its way to the loop when it is cancelled, and must not run then either. */
    private final class Waiting implements Timer {
        private final Runnable action;
        private volatile boolean cancelled;
        private volatile long id;

        Waiting(Runnable action) {
            this.action = action;
        }

        void run() {
            if (!cancelled) {
                action.run();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            vertx.cancelTimer(id);
        }
    }
}
