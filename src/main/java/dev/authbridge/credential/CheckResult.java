package dev.authbridge.credential;

import dev.authbridge.core.OneLine;
import java.time.Instant;
import java.util.Objects;

/**
 * What one question to the service brought.
 *
 * @param validity what follows from the answer
 * @param said the answer in one line for people, without control characters; never holds the credential
 * @param checkedAt when it was asked
 */
public record CheckResult(Validity validity, String said, Instant checkedAt) {
    private static final int LONGEST_SAID = 300;

    public CheckResult {
        Objects.requireNonNull(validity);
        Objects.requireNonNull(checkedAt);
        said = OneLine.of(said, LONGEST_SAID);
    }
}
