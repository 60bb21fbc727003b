package dev.authbridge.gateway;

import dev.authbridge.access.Bearer;
import dev.authbridge.access.Pairings;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.login.Logins;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The devices that carry on a login that was started elsewhere. Tells {@link Pairings} when such a login ends, and remembers
 * for the device how it ended, whatever the owner does next. Confined to the event loop, where its stages complete.
 */
public final class Devices {
    private final Pairings pairings;
    private final Logins logins;
    private final Loop loop;
    /** The open logins that a device was invited to, by their id. */
    private final Map<String, Subscription> watched = new HashMap<>();

    /** How such logins ended, by their id; kept as long as a device may ask. */
    private final Map<String, LoginSnapshot> ends = new HashMap<>();

    /** The owners whose login has a code from a device as its last one. */
    private final Set<Owner> codeFromDevice = new HashSet<>();

    public Devices(Pairings pairings, Logins logins, Loop loop) {
        this.pairings = pairings;
        this.logins = logins;
        this.loop = loop;
    }

    /**
     * Invites one device to the login that the bearer's owner has open, and voids any earlier invitation. Fails with
     * {@code timed_out} if that login has ended meanwhile.
     *
     * @param now where that login stands
     */
    CompletionStage<Pairings.Invitation> invite(Bearer bearer, LoginSnapshot now) {
        if (!now.open() || now.loginId().isEmpty()) {
            return CompletableFuture.failedFuture(
                    new Refusal(Reason.TIMED_OUT, "The login has ended meanwhile. Start a new one."));
        }
        String loginId = now.loginId().get();
        watch(bearer.owner(), loginId);
        Instant latest = loop.now().plus(Pairings.INVITED_FOR);
        Instant end = now.expiresAt().filter(latest::isAfter).orElse(latest);
        return loop.bring(pairings.invite(bearer, loginId, end));
    }

    /** Whose open invitation has this token, which is not used up; empty where {@link #join} would let nobody in. */
    public CompletionStage<Optional<Owner>> invitedBy(String token) {
        return loop.bring(pairings.invitedBy(token));
    }

    /** Lets the device in; empty for a token that is used, too old, or of a login that has ended. */
    public CompletionStage<Optional<Pairings.Device>> join(String token, Peer peer) {
        return loop.bring(pairings.join(token, peer)).thenApply(this::known);
    }

    /** The device whose cookie this is; empty for one that may no longer ask. */
    public CompletionStage<Optional<Pairings.Device>> find(String cookie) {
        return loop.bring(pairings.find(cookie)).thenApply(this::known);
    }

    /** The device may have been invited, or let in, by another machine, so its login may not be watched here yet. */
    private Optional<Pairings.Device> known(Optional<Pairings.Device> device) {
        device.ifPresent(present -> watch(present.owner(), present.loginId()));
        return device;
    }

    /**
     * Throws the owner's device out, and voids the open invitation. If a code of that device is being checked, the login is
     * cancelled: the code is not typed if it has not been yet, and what it wins is not kept unless it has been won already.
     *
     * @return whether there was a device
     */
    CompletionStage<Boolean> throwOut(Owner owner) {
        return loop.bring(pairings.throwOut(owner))
                .thenCompose(device -> loop.bring(logins.snapshot(owner)).thenCompose(now -> {
                    boolean checksItsCode = device.isPresent()
                            && codeFromDevice.contains(owner)
                            && now.loginId().equals(device.map(Pairings.Device::loginId))
                            && now.state()
                                    .filter(LoginState.Verifying.class::isInstance)
                                    .isPresent();
                    return checksItsCode
                            ? loop.bring(logins.cancel(owner)).thenApply(cancelled -> true)
                            : CompletableFuture.completedFuture(device.isPresent());
                }));
    }

    /** A code was taken, from the owner's device or from one of the owner's own pages. */
    void codeTaken(Owner owner, boolean fromDevice) {
        if (fromDevice) {
            codeFromDevice.add(owner);
        } else {
            codeFromDevice.remove(owner);
        }
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
        return LoginSnapshot.none(ofOwner.seq());
    }

    private void watch(Owner owner, String loginId) {
        if (!ends.containsKey(loginId) && !watched.containsKey(loginId)) {
            watched.put(loginId, logins.watch(owner, snapshot -> changed(owner, loginId, snapshot)));
        }
    }

    private void changed(Owner owner, String loginId, LoginSnapshot snapshot) {
        boolean still = snapshot.loginId().equals(Optional.of(loginId));
        if (still && snapshot.open()) {
            return;
        }
        Optional.ofNullable(watched.remove(loginId)).ifPresent(Subscription::close);
        pairings.loginEnded(owner, loginId);
        codeFromDevice.remove(owner);
        // If the owner has gone on to another login, how this one ended was missed.
        if (still) {
            ends.put(loginId, snapshot);
            loop.after(Pairings.END_TOLD_FOR, () -> ends.remove(loginId));
        }
    }

    /** How many logins something is remembered of. */
    int remembered() {
        return watched.size() + ends.size();
    }
}
