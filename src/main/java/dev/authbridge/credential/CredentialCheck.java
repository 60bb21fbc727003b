package dev.authbridge.credential;

import dev.authbridge.core.OneLine;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks the service whether it accepts a credential. */
public interface CredentialCheck {
    /**
     * Does not block. The stage completes within 10 seconds, on any thread, and never fails: if something goes wrong, the
     * result is {@link Validity#UNKNOWN}.
     */
    CompletionStage<Result> ask(Credential credential);

    /**
     * What the service answered when it was asked about a credential.
     *
     * @param validity what follows from the answer
     * @param said the answer in one line for people, without control characters; never contains the credential
     * @param checkedAt when the service was asked
     * @param answered whether this is what the service itself said, however unclear; not so if it could not be reached,
     *     was too busy to look, or if something on the way has answered in its place
     * @param organization the short fingerprint of the organization to which the credential belongs, if the service named it
     */
    record Result(Validity validity, String said, Instant checkedAt, boolean answered, Optional<String> organization) {
        private static final int LONGEST_SAID = 300;

        public Result {
            Objects.requireNonNull(validity);
            Objects.requireNonNull(checkedAt);
            Objects.requireNonNull(organization);
            said = OneLine.of(said, LONGEST_SAID);
        }

        /** An answer that names no organization, and is the service's own if it is clear. */
        public Result(Validity validity, String said, Instant checkedAt) {
            this(validity, said, checkedAt, validity != Validity.UNKNOWN, Optional.empty());
        }
    }

    /** What the service thinks of a credential, as far as is known. */
    enum Validity {
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
