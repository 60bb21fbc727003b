package dev.authbridge.web.socket;

import dev.authbridge.core.Loop;
import dev.authbridge.gateway.LoginDesk;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether logins are kept warm: while somebody is there who may start one, and a little longer. On the login loop. */
final class Warmth {
    /** A page that reloads, or a phone that changes its network, is back before this. */
    private static final Duration COLD_AFTER = Duration.ofSeconds(30);

    private final Loop timers;
    private final LoginDesk desk;
    private final BooleanSupplier somebodyIsThere;
    private Optional<Loop.Timer> cooling = Optional.empty();

    Warmth(Loop timers, LoginDesk desk, BooleanSupplier somebodyIsThere) {
        this.timers = timers;
        this.desk = desk;
        this.somebodyIsThere = somebodyIsThere;
    }

    /** Somebody came or went, or started or ended a login. */
    void changed() {
        if (somebodyIsThere.getAsBoolean()) {
            cooling.ifPresent(Loop.Timer::cancel);
            cooling = Optional.empty();
            desk.keepWarm(true);
        } else if (cooling.isEmpty()) {
            cooling = Optional.of(timers.after(COLD_AFTER, () -> desk.keepWarm(false)));
        }
    }
}
