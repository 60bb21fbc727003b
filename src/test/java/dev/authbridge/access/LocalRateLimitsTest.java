package dev.authbridge.access;

import static dev.authbridge.support.Stages.now;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.support.HandTurnedLoop;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class LocalRateLimitsTest {
    private final HandTurnedLoop timers = new HandTurnedLoop();

    private final LocalRateLimits limits = new LocalRateLimits(timers::now);

    private boolean take(String who) {
        return isAllowed(limits.take(RateLimits.Kind.LOGIN, who));
    }

    private static boolean isAllowed(CompletionStage<Void> answer) {
        try {
            now(answer);
            return true;
        } catch (Refusal e) {
            assertEquals(Reason.RATE_LIMITED, e.problem().reason());
            return false;
        }
    }

    @Test
    void aLimitRefillsWithTime() {
        for (int taken = 0; taken < 10; taken++) {
            assertTrue(take("a"));
        }
        assertFalse(take("a"));
        assertTrue(take("b"), "somebody else");
        assertTrue(isAllowed(limits.take(RateLimits.Kind.CODE, "a")), "something else");
        timers.turn(Duration.ofSeconds(19));
        assertFalse(take("a"));
        timers.turn(Duration.ofSeconds(1));
        assertTrue(take("a"));
        assertFalse(take("a"));
        timers.turn(Duration.ofHours(1));
        for (int taken = 0; taken < 10; taken++) {
            assertTrue(take("a"));
        }
        assertFalse(take("a"));
    }
}
