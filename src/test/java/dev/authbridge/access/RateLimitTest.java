package dev.authbridge.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.HandTurnedLoop;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final HandTurnedLoop timers = new HandTurnedLoop();

    @Test
    void aLimitRefillsWithTime() {
        RateLimit<String> limit = new RateLimit<>(2, Duration.ofSeconds(10), timers::now);
        assertFalse(limit.spent("a"));
        assertTrue(limit.take("a"));
        assertTrue(limit.take("a"));
        assertFalse(limit.take("a"));
        assertTrue(limit.spent("a"));
        assertTrue(limit.take("b"));
        timers.turn(Duration.ofSeconds(9));
        assertFalse(limit.take("a"));
        timers.turn(Duration.ofSeconds(1));
        assertTrue(limit.take("a"));
        assertFalse(limit.take("a"));
        timers.turn(Duration.ofHours(1));
        assertTrue(limit.take("a"));
        assertTrue(limit.take("a"));
        assertFalse(limit.take("a"));
    }
}
