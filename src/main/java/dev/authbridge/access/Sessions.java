package dev.authbridge.access;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The sessions of browsers. A session is opened with an access key, and its cookie stands for that key until the session is
 * ended, is not used for some days, is {@link #LONGEST} old, or its key is taken away.
 *
 * <p>Called on the event loop. The stages may complete on any thread, because several machines may have to know a session.
 */
public interface Sessions {
    /** How long a session lasts at most. */
    Duration LONGEST = Duration.ofDays(30);

    /** After how long without use a session ends, unless that is configured. */
    Duration IDLE = Duration.ofDays(7);

    /** Opens a session. */
    CompletionStage<Opened> open(AccessKey key, Peer peer);

    /**
     * A session that has just been opened.
     *
     * @param cookie the value of its cookie
     */
    record Opened(Secret cookie, Bearer bearer) {}

    /** Who has this cookie; empty if its session has ended, or never was. Counts as use of the session. */
    CompletionStage<Optional<Bearer>> find(String cookie);

    /** Whether the bearer's session goes on, as far as this machine knows; true for one who has shown the key itself. */
    boolean holds(Bearer bearer);

    /** Notes that the bearer's session is being used. */
    void used(Bearer bearer);

    /** The owner's sessions, the one used last first. */
    CompletionStage<List<Session>> of(Owner owner);

    /**
     * Ends a session of the owner. Completes when that will outlast a restart as well, or cannot.
     *
     * @return whether there was such a session
     */
    CompletionStage<Boolean> end(Owner owner, String id);

    /** Ends all sessions of the owner; completes like {@link #end}. */
    CompletionStage<Void> endAll(Owner owner);

    /** Tells the listener of each session that has ended, on the event loop. */
    Subscription watch(Consumer<Session> ended);

    /**
     * A session.
     *
     * @param id its name, which is no secret: it does not tell the cookie
     * @param keySha256 {@link AccessKey#sha256} of the key that it was opened with
     * @param peer where it was opened
     */
    record Session(String id, Owner owner, String keySha256, Peer peer, Instant openedAt, Instant lastUsedAt) {
        Session usedAt(Instant time) {
            return new Session(id, owner, keySha256, peer, openedAt, time);
        }

        /** The same, with no time after this one. */
        Session notAfter(Instant time) {
            return openedAt.isAfter(time) || lastUsedAt.isAfter(time)
                    ? new Session(id, owner, keySha256, peer, openedAt.isAfter(time) ? time : openedAt, time)
                    : this;
        }
    }
}
