package dev.authbridge.access;

import dev.authbridge.core.Owner;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Random names, each of which can be used once, by anyone who has it, and expires after ten minutes unless it is renewed.
 *
 * <p>Called on the event loop. The stages may complete on any thread, because several machines may have to know
 * a ticket.
 *
 * @param <T> what a ticket stands for
 */
public interface Tickets<T> {
    Duration LIFETIME = Duration.ofMinutes(10);

    /** How long a ticket is still valid after its holder was given a newer one, so that a click under way is not in vain. */
    Duration REPLACED = Duration.ofSeconds(10);

    /**
     * Whoever is given tickets, such as one WebSocket.
     *
     * @param name its own name
     * @param most how many it has at once; one more replaces its oldest
     */
    record Holder(String name, int most) {}

    /**
     * Makes a new ticket.
     *
     * @param owner to whose share it counts; one owner's tickets never replace another's
     */
    CompletionStage<String> issue(T what, Owner owner, Holder holder);

    /** What the ticket stands for, without using it up; empty if it is not valid. */
    CompletionStage<Optional<T>> look(String ticket);

    /** What the ticket stands for; uses it up. Empty if it is not valid. */
    CompletionStage<Optional<T>> redeem(String ticket);

    /** Whether the ticket is valid for at least so long, unless it is redeemed. */
    CompletionStage<Boolean> lasts(String ticket, Duration more);

    /** Makes a ticket that is still valid so for ten minutes from now. */
    void renew(String ticket);
}
