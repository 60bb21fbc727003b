package dev.authbridge.access;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Lets another device carry on an open login. An invitation, which is what the QR code contains, lets in one device, once.
 *
 * <p>An owner has at most one invitation, the newest, and one device, the last that was let in. Both end with the login, and
 * with the access key or session of who made the invitation. A device may ask for a while how its login ended, since a phone may
 * miss that.
 *
 * <p>Called on the event loop. The stages may complete on any thread, because a device may reach another machine than the
 * one that made its invitation.
 */
public interface Pairings {
    /** How long an invitation is good: as long as a sign-in link. */
    Duration INVITED_FOR = Tickets.LIFETIME;

    /** How long a device may ask how its login ended. */
    Duration END_TOLD_FOR = Duration.ofMinutes(10);

    /**
     * Makes an invitation to a login of the bearer's owner, and voids the one before.
     *
     * @param end when the invitation expires
     */
    CompletionStage<Invitation> invite(Bearer bearer, String loginId, Instant end);

    /** Whose open invitation has this token, which is not used up; empty for a token that is used, has expired, or is void. */
    CompletionStage<Optional<Owner>> invitedBy(String token);

    /** Lets the device in, in place of the one before; empty for a token that was used, has expired, or is void. */
    CompletionStage<Optional<Device>> join(String token, Peer peer);

    /** The device with this cookie; empty if another one took its place, or if it may no longer ask. */
    CompletionStage<Optional<Device>> find(String secret);

    /** Whether the device may still see its login, as far as this machine knows. */
    boolean holds(Device device);

    /** The device that carries on the owner's open login. */
    CompletionStage<Optional<Peer>> with(Owner owner);

    /**
     * Voids the owner's invitation, and lets the owner's device see and do nothing any more.
     *
     * @return that device; empty if none was let in, or the last one may no longer ask anyway
     */
    CompletionStage<Optional<Device>> throwOut(Owner owner);

    /** To be called when a login has ended: no device is let into it any more, and one that was may only ask how it ended. */
    void loginEnded(Owner owner, String loginId);

    /**
     * An invitation.
     *
     * @param loginId the login to which it lets a device in
     * @param token 22 characters that need no escaping in a URL
     * @param end when it expires
     */
    record Invitation(String loginId, Secret token, Instant end) {}

    /**
     * A device that was let in for one login.
     *
     * @param invitedBy who made the invitation
     * @param loginId the only login that it may see
     * @param secret the value of its cookie
     */
    record Device(Bearer invitedBy, String loginId, Peer peer, Secret secret) {
        public Owner owner() {
            return invitedBy.owner();
        }
    }
}
