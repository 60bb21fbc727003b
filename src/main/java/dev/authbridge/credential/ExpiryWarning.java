package dev.authbridge.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When somebody has to be told that a credential ends: 30, 7 and 1 day before, and when it has. */
final class ExpiryWarning {
    private static final List<Integer> DAYS = List.of(0, 1, 7, 30);

    private ExpiryWarning() {}

    /** The nearest of the days that the credential has come to; empty when it is farther away or has no end. */
    static Optional<Integer> at(Credential credential, Instant now) {
        return credential.expiresAt().map(end -> Duration.between(now, end)).flatMap(left -> DAYS.stream()
                .filter(days -> left.compareTo(Duration.ofDays(days)) <= 0)
                .findFirst());
    }

    /** The warning that is to be given now, since it has not been given yet. */
    static Optional<Integer> due(Credential credential, Instant now) {
        return at(credential, now)
                .filter(days -> credential.warnedDays().isEmpty()
                        || days < credential.warnedDays().get());
    }
}
