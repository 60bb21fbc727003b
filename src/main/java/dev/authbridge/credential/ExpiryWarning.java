package dev.authbridge.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When somebody has to be told that a credential ends: 30, 7 and 1 day before, and when it has. */
final class ExpiryWarning {
    private static final List<Integer> DAYS = List.of(0, 1, 7, 30);

    private ExpiryWarning() {}

    /** The nearest of the days that are left until the end; empty when there are more, or no end. */
    static Optional<Integer> at(Optional<Instant> expiresAt, Instant now) {
        return expiresAt.map(end -> Duration.between(now, end)).flatMap(left -> DAYS.stream()
                .filter(days -> left.compareTo(Duration.ofDays(days)) <= 0)
                .findFirst());
    }

    /** The warning that is to be given now, since none so urgent has been given yet. */
    static Optional<Integer> due(Optional<Instant> expiresAt, Optional<Integer> warnedDays, Instant now) {
        return at(expiresAt, now).filter(days -> warnedDays.isEmpty() || days < warnedDays.get());
    }
}
