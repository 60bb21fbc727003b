package dev.authbridge.access;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.time.Duration;
import java.time.InstantSource;

/** How often one owner may do what costs something: ten times at once, and once more each 20 s. On the login loop. */
public final class OwnerLimits {
    /** Each start costs a process of 145 MB, each code a question to the sign-in service. */
    private static final int TRIES = 10;

    private static final Duration ONE_MORE_EACH = Duration.ofSeconds(20);

    private final RateLimit<Owner> starts;
    private final RateLimit<Owner> codes;
    private final RateLimit<Owner> questions;
    private final RateLimit<Owner> invitations;

    public OwnerLimits(InstantSource clock) {
        this.starts = new RateLimit<>(TRIES, ONE_MORE_EACH, clock);
        this.codes = new RateLimit<>(TRIES, ONE_MORE_EACH, clock);
        this.questions = new RateLimit<>(TRIES, ONE_MORE_EACH, clock);
        this.invitations = new RateLimit<>(TRIES, ONE_MORE_EACH, clock);
    }

    public void start(Owner owner) throws Refusal {
        take(starts, owner, "Too many logins were started.");
    }

    public void submit(Owner owner) throws Refusal {
        take(codes, owner, "Too many codes were tried.");
    }

    public void askService(Owner owner) throws Refusal {
        take(questions, owner, "The service was asked too often.");
    }

    public void invite(Owner owner) throws Refusal {
        take(invitations, owner, "Too many codes were made.");
    }

    private static void take(RateLimit<Owner> limit, Owner owner, String said) throws Refusal {
        if (!limit.take(owner)) {
            throw new Refusal(Reason.RATE_LIMITED, said + " Wait a minute, then try again.");
        }
    }
}
