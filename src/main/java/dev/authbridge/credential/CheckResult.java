package dev.authbridge.credential;

import dev.authbridge.core.OneLine;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * What the service answered when it was asked about a credential.
 *
 * @param validity what follows from the answer
 * @param said the answer in one line for people, without control characters; never contains the credential
 * @param checkedAt when the service was asked
 */
public record CheckResult(Validity validity, String said, Instant checkedAt) {
    private static final int LONGEST_SAID = 300;

    public CheckResult {
        Objects.requireNonNull(validity);
        Objects.requireNonNull(checkedAt);
        said = OneLine.of(said, LONGEST_SAID);
    }

    /** What the service thinks of a credential, as far as is known. */
    public enum Validity {
        /** The service accepted it. */
        VALID,
        /** The service refused it, and will keep refusing it. */
        INVALID,
        /** The service gave no clear answer, which is never a reason to discard a credential. */
        UNKNOWN;

        /** The name on the wire, in lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
