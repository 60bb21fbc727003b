package dev.authbridge.core;

import java.util.Objects;

/**
 * What went wrong, for programs and for people.
 *
 * @param reason for programs
 * @param message one sentence for people; never holds a token, a code or a key
 */
public record Problem(Reason reason, String message) {
    public Problem {
        Objects.requireNonNull(reason);
        Objects.requireNonNull(message);
    }
}
