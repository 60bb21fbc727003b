package dev.authbridge.core;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What went wrong, for programs and for people.
 *
 * @param reason for programs
 * @param message one sentence for people; never holds a token, a code or a key
 * @param retryAfter after how long it may be tried again, where that is known
 */
public record Problem(Reason reason, String message, Optional<Duration> retryAfter) {
    public Problem {
        Objects.requireNonNull(reason);
        Objects.requireNonNull(message);
        Objects.requireNonNull(retryAfter);
    }

    public Problem(Reason reason, String message) {
        this(reason, message, Optional.empty());
    }
}
