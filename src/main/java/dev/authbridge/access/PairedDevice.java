package dev.authbridge.access;

import dev.authbridge.core.Secret;
import dev.authbridge.login.Initiator;
import dev.authbridge.login.LoginSnapshot;
import java.time.Instant;
import java.util.Optional;

/** A device that was let in for one login. Remembers how that ended, whatever its owner does next. */
public final class PairedDevice {
    private final Pairings.Invitation invitation;
    private final Initiator who;
    private final Secret secret;
    private Optional<End> end = Optional.empty();

    private record End(LoginSnapshot snapshot, Instant at) {}

    /** @param secret what its cookie holds */
    PairedDevice(Pairings.Invitation invitation, Initiator who, Secret secret) {
        this.invitation = invitation;
        this.who = who;
        this.secret = secret;
    }

    /** The key that let it in. */
    public AccessKey key() {
        return invitation.key();
    }

    Initiator who() {
        return who;
    }

    public Secret secret() {
        return secret;
    }

    /** Whether this is a state of its login. */
    public boolean carriesOn(LoginSnapshot snapshot) {
        return snapshot.loginId().filter(invitation.loginId()::equals).isPresent();
    }

    /** Takes note of a change of its owner's login. */
    void changed(LoginSnapshot snapshot, Instant now) {
        if (end.isEmpty() && carriesOn(snapshot) && !snapshot.open()) {
            end = Optional.of(new End(snapshot, now));
        }
    }

    /**
     * Where its login stands.
     *
     * @param ofOwner where the owner's login stands, which may be another one
     */
    public LoginSnapshot snapshot(LoginSnapshot ofOwner) {
        return end.map(End::snapshot).orElse(ofOwner);
    }

    /** When its login ended. */
    Optional<Instant> endedAt() {
        return end.map(End::at);
    }
}
