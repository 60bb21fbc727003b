package dev.authbridge.core;

import java.time.Duration;
import java.time.Instant;

/** The clock of the login loop; tests turn it by hand. */
public interface Timers {
    Instant now();

    /** Runs the action on the login loop once the time has passed, unless cancelled before. */
    Timer after(Duration delay, Runnable action);

    /** An action that waits for its time. */
    interface Timer {
        void cancel();
    }
}
