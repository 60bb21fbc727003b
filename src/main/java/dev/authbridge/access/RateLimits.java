package dev.authbridge.access;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How often something may be done: a number of times at once, and then once more for each interval that has passed.
 *
 * <p>Called on the event loop. The stages fail with a {@link Refusal} of reason {@code rate_limited}; they may complete on
 * any thread, because several machines may share their counts.
 */
public interface RateLimits {
    /** Uses up one try; fails if none is left. */
    CompletionStage<Void> take(Kind kind, String who);

    /** What is limited. */
    enum Kind {
        /** Wrong access keys, by network. */
        WRONG_KEY("Too many wrong keys.", Duration.ofSeconds(15)),
        /** Sessions of browsers that an owner's keys open; each leaves two lines in the log. */
        SESSION("Too many browsers were signed in.", Duration.ofSeconds(2)),
        /** Logins that an owner starts; each needs a process of 145 MB. */
        LOGIN("Too many logins were started.", Duration.ofSeconds(20)),
        /** Codes that an owner submits; each is a request to the sign-in service. */
        CODE("Too many codes were tried.", Duration.ofSeconds(20)),
        /** Requests to the service about an owner's credential. */
        QUESTION("The service was asked too often.", Duration.ofSeconds(20)),
        /** Invitations of other devices, by owner. */
        INVITATION("Too many codes were made.", Duration.ofSeconds(20));

        /** How many tries there are at most. */
        static final int BURST = 10;

        private final String exceeded;
        private final Duration refill;

        Kind(String exceeded, Duration refill) {
            this.exceeded = exceeded;
            this.refill = refill;
        }

        /** After how long there is one more try. */
        Duration refill() {
            return refill;
        }

        /**
         * The refusal when no try is left.
         *
         * @param wait until there is one again
         */
        Refusal exceeded(Duration wait) {
            return new Refusal(
                    new Problem(Reason.RATE_LIMITED, exceeded + " Wait a minute, then try again.", Optional.of(wait)));
        }
    }
}
