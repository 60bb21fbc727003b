package dev.authbridge.access;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Names that nobody can guess and that are good once, for ten minutes unless renewed, for whoever holds them.
 *
 * <p>Called on the event loop. The stages may complete on any thread, because a ticket may have to be known to several
 * machines.
 *
 * @param <T> what a ticket is good for
 */
public interface Tickets<T> {
    Duration LIFETIME = Duration.ofMinutes(10);

    /** Makes a new ticket. */
    CompletionStage<String> issue(T what);

    /** What the ticket is good for; it is still good afterwards. */
    CompletionStage<Optional<T>> look(String ticket);

    /** What the ticket is good for; from now on it is good for nothing. */
    CompletionStage<Optional<T>> redeem(String ticket);

    /** Whether the ticket is good now and will be for so long, unless it is redeemed. */
    CompletionStage<Boolean> lasts(String ticket, Duration more);

    /** Lets a ticket that is still good be good for ten more minutes from now. */
    void renew(String ticket);
}
