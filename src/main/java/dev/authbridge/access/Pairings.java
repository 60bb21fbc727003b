package dev.authbridge.access;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Lets another device carry on an open login: an invitation, which is what the QR code holds, lets one device in, once.
 *
 * <p>An owner has one invitation, the newest, and one device, the last that came in. Both end with their login and with the
 * key that made them. A device may still ask for a while how its login ended: on a phone an answer gets lost.
 *
 * <p>Called on the event loop. The stages may complete on any thread, because a device may reach another machine than the
 * one that made its invitation.
 */
public interface Pairings {
    /** As long as a sign-in link. */
    Duration INVITED_FOR = Tickets.LIFETIME;

    /** How long a device may ask how its login ended. */
    Duration END_TOLD_FOR = Duration.ofMinutes(10);

    /**
     * Makes the invitation to a login of the key's owner; the one before is void.
     *
     * @param end from when on it is too old
     */
    CompletionStage<Invitation> invite(AccessKey key, String loginId, Instant end);

    /** Lets the device in, and throws out the one before; empty for a token that is used, too old, or void. */
    CompletionStage<Optional<Device>> join(String token, Peer peer);

    /** The device whose cookie this is; empty for one that was thrown out, or may no longer ask. */
    CompletionStage<Optional<Device>> find(String secret);

    /** Whether the device may still see its login, as far as this machine knows. */
    boolean holds(Device device);

    /** Who carries on the owner's open login. */
    CompletionStage<Optional<Peer>> with(Owner owner);

    /** Is told that a login ended: nobody is let into it any more, and a device that carries it on may only ask how it ended. */
    void loginEnded(Owner owner, String loginId);

    /**
     * An invitation.
     *
     * @param loginId the one login that it is for
     * @param token 22 characters that need no escaping in an address
     * @param end from when on it is too old
     */
    record Invitation(String loginId, Secret token, Instant end) {}

    /**
     * A device that was let in for one login.
     *
     * @param key that invited it
     * @param loginId the one login that it may see
     * @param secret what its cookie holds
     */
    record Device(AccessKey key, String loginId, Peer peer, Secret secret) {
        public Owner owner() {
            return key.owner();
        }
    }
}
