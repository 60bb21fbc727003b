package dev.authbridge.web;

import dev.authbridge.core.Timers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The clock of the login loop, on one Vert.x context: actions run there, wherever they were asked for. */
public final class VertxTimers implements Timers {
    private final Vertx vertx;
    private final Context loop;
    private final Clock clock;

    public VertxTimers(Context loop, Clock clock) {
        this.vertx = loop.owner();
        this.loop = loop;
        this.clock = clock;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Waiting waiting = new Waiting(action);
        waiting.id = vertx.setTimer(Math.max(1, delay.toMillis()), fired -> loop.runOnContext(onLoop -> waiting.run()));
        return waiting;
    }

    /** A timer that has fired may still be on its way to the loop when it is cancelled; then it must not run either. */
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
