package dev.authbridge.access;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * How often something may be done: so many times at once, and once more each time that an interval has passed.
 *
 * <p>Called on the event loop. The stages fail with a {@link Refusal} of reason {@code rate_limited}; they may complete on
 * any thread, because several machines may count together.
 */
public interface Limits {
    /** Takes one try of whoever it is; fails if none is left. */
    CompletionStage<Void> take(Kind kind, String who);

    /** Fails if no try is left; takes none. */
    CompletionStage<Void> require(Kind kind, String who);

    /** What is limited. */
    enum Kind {
        /** Wrong access keys, by network. */
        WRONG_KEY("Too many wrong keys.", Duration.ofSeconds(15)),
        /** Logins that an owner starts: each costs a process of 145 MB. */
        LOGIN("Too many logins were started.", Duration.ofSeconds(20)),
        /** Codes that an owner hands in: each costs a question to the sign-in service. */
        CODE("Too many codes were tried.", Duration.ofSeconds(20)),
        /** Questions about an owner's credential to the service. */
        QUESTION("The service was asked too often.", Duration.ofSeconds(20)),
        /** Invitations of other devices that an owner makes. */
        INVITATION("Too many codes were made.", Duration.ofSeconds(20));

        /** How many tries there are at once. */
        static final int BURST = 10;

        private final String exceeded;
        private final Duration refill;

        Kind(String exceeded, Duration refill) {
            this.exceeded = exceeded;
            this.refill = refill;
        }

        /** How long one more try takes. */
        Duration refill() {
            return refill;
        }

        /** What is told when no try is left. */
        Refusal exceeded() {
            return new Refusal(Reason.RATE_LIMITED, exceeded + " Wait a minute, then try again.");
        }
    }
}
