package dev.authbridge.support;

import dev.authbridge.core.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock that stands still until a test turns it. Confined to the test's thread. */
public final class HandTurnedTimers implements Timers {
    private final List<Waiting> waiting = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    private record Waiting(Instant due, Runnable action) {}

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Waiting timer = new Waiting(now.plus(delay), action);
        waiting.add(timer);
        return () -> waiting.removeIf(candidate -> candidate == timer);
    }

    /** How many timers wait. */
    public int count() {
        return waiting.size();
    }

    /** Turns the clock on, running what becomes due on the way, each at its own time. */
    public void turn(Duration by) {
        Instant end = now.plus(by);
        for (Optional<Waiting> next = due(end); next.isPresent(); next = due(end)) {
            waiting.remove(next.get());
            now = next.get().due();
            next.get().action().run();
        }
        now = end;
    }

    private Optional<Waiting> due(Instant end) {
        return waiting.stream().filter(timer -> !timer.due().isAfter(end)).min(Comparator.comparing(Waiting::due));
    }
}
