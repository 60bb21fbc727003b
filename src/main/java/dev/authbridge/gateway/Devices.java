package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Pairings;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The devices that carry on a login of somebody else's screen: tells {@link Pairings} when the login ends, and remembers for
 * the device how it ended, whatever the owner does next. Confined to the event loop, where its stages complete.
 */
public final class Devices {
    private final Pairings pairings;
    private final Logins logins;
    private final Loop loop;
    private final Map<Owner, Subscription> watched = new HashMap<>();

    /** By the id of the login. */
    private final Map<String, LoginSnapshot> ends = new HashMap<>();

    public Devices(Pairings pairings, Logins logins, Loop loop) {
        this.pairings = pairings;
        this.logins = logins;
        this.loop = loop;
    }

    /**
     * Invites one device to the login that the key's owner has open; the invitation before is void.
     *
     * @param open where that login stands
     */
    CompletionStage<Pairings.Invitation> invite(AccessKey key, LoginSnapshot open) {
        watch(key.owner());
        Instant latest = loop.now().plus(Pairings.INVITED_FOR);
        Instant end = open.expiresAt().filter(latest::isAfter).orElse(latest);
        return loop.bring(pairings.invite(key, open.loginId().orElseThrow(), end));
    }

    /** Lets the device in; empty for a token that is used, too old, or of a login that has ended. */
    public CompletionStage<Optional<Pairings.Device>> join(String token, Peer peer) {
        return loop.bring(pairings.join(token, peer)).thenCompose(this::known);
    }

    /** The device whose cookie this is; empty for one that may no longer ask. */
    public CompletionStage<Optional<Pairings.Device>> find(String cookie) {
        return loop.bring(pairings.find(cookie)).thenCompose(this::known);
    }

    /** It may have been invited, or have joined, on another machine. */
    private CompletionStage<Optional<Pairings.Device>> known(Optional<Pairings.Device> device) {
        device.map(Pairings.Device::owner).ifPresent(this::watch);
        return CompletableFuture.completedFuture(device);
    }

    boolean holds(Pairings.Device device) {
        return pairings.holds(device);
    }

    /** Who carries on the owner's open login. */
    CompletionStage<Optional<Peer>> with(Owner owner) {
        return loop.bring(pairings.with(owner));
    }

    /** Where the device's login stands. */
    LoginSnapshot seen(Pairings.Device device, LoginSnapshot ofOwner) {
        LoginSnapshot end = ends.get(device.loginId());
        if (end != null || ofOwner.loginId().equals(Optional.of(device.loginId()))) {
            return end == null ? ofOwner : end;
        }
        // It ended before this machine heard of the device, and the owner has gone on.
        return new LoginSnapshot(ofOwner.seq(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private void watch(Owner owner) {
        watched.computeIfAbsent(owner, unseen -> logins.watch(unseen, snapshot -> changed(unseen, snapshot)));
    }

    private void changed(Owner owner, LoginSnapshot snapshot) {
        if (snapshot.loginId().isEmpty() || snapshot.open()) {
            return;
        }
        String loginId = snapshot.loginId().get();
        if (ends.putIfAbsent(loginId, snapshot) == null) {
            pairings.loginEnded(owner, loginId);
            loop.after(Pairings.END_TOLD_FOR, () -> ends.remove(loginId));
        }
    }
}
