package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.RandomName;
import dev.authbridge.core.Secret;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Pairings kept by one machine, in memory. Confined to the event loop; its stages are always complete. */
public final class LocalPairings implements Pairings {
    private static final Logger LOG = System.getLogger(LocalPairings.class.getName());

    private final Predicate<Bearer> valid;
    private final InstantSource clock;
    private final InstantSource steady;
    private final Map<Owner, Invited> invitations = new HashMap<>();
    private final Map<Owner, Joined> devices = new HashMap<>();

    /** @param end by the steady time; the invitation's own end is for people */
    private record Invited(Bearer by, Invitation invitation, Instant end) {}

    /** @param endedAt when its login ended; empty while it is open */
    private record Joined(Device device, Optional<Instant> endedAt) {}

    /**
     * @param valid whether who made an invitation still has access
     * @param clock the time by which invitations are made out
     * @param steady a time that nobody sets back, by which they end
     */
    public LocalPairings(Predicate<Bearer> valid, InstantSource clock, InstantSource steady) {
        this.valid = valid;
        this.clock = clock;
        this.steady = steady;
    }

    @Override
    public CompletionStage<Invitation> invite(Bearer bearer, String loginId, Instant end) {
        Invitation invitation = new Invitation(loginId, new Secret(RandomName.of128Bits()), end);
        invitations.put(
                bearer.owner(),
                new Invited(bearer, invitation, steady.instant().plus(Duration.between(clock.instant(), end))));
        return CompletableFuture.completedFuture(invitation);
    }

    @Override
    public CompletionStage<Optional<Owner>> invitedBy(String token) {
        return CompletableFuture.completedFuture(
                invited(token).filter(this::isOpen).map(found -> found.by().owner()));
    }

    private Optional<Invited> invited(String token) {
        return invitations.values().stream()
                .filter(candidate -> same(candidate.invitation().token(), token))
                .findFirst();
    }

    @Override
    public CompletionStage<Optional<Device>> join(String token, Peer peer) {
        Optional<Invited> invited = invited(token);
        invited.ifPresent(used -> invitations.remove(used.by().owner()));
        return CompletableFuture.completedFuture(invited.filter(this::isOpen).map(used -> letIn(used, peer)));
    }

    @Override
    public CompletionStage<Optional<Device>> find(String secret) {
        return CompletableFuture.completedFuture(devices.values().stream()
                .map(Joined::device)
                .filter(device -> same(device.secret(), secret))
                .findFirst()
                .filter(this::holds));
    }

    @Override
    public boolean holds(Device device) {
        Joined latest = devices.get(device.owner());
        return latest != null
                && latest.device().equals(device)
                && valid.test(device.invitedBy())
                && latest.endedAt()
                        .filter(end -> !steady.instant().isBefore(end.plus(END_TOLD_FOR)))
                        .isEmpty();
    }

    @Override
    public CompletionStage<Optional<Peer>> with(Owner owner) {
        return CompletableFuture.completedFuture(Optional.ofNullable(devices.get(owner))
                .filter(joined -> joined.endedAt().isEmpty() && holds(joined.device()))
                .map(joined -> joined.device().peer()));
    }

    @Override
    public CompletionStage<Optional<Device>> throwOut(Owner owner) {
        invitations.remove(owner);
        Optional<Device> device =
                Optional.ofNullable(devices.get(owner)).map(Joined::device).filter(this::holds);
        devices.remove(owner);
        return CompletableFuture.completedFuture(device);
    }

    @Override
    public void loginEnded(Owner owner, String loginId) {
        invitations.computeIfPresent(
                owner, (same, invited) -> invited.invitation().loginId().equals(loginId) ? null : invited);
        devices.computeIfPresent(owner, (same, joined) -> {
            boolean ends = joined.device().loginId().equals(loginId)
                    && joined.endedAt().isEmpty();
            return ends ? new Joined(joined.device(), Optional.of(steady.instant())) : joined;
        });
    }

    private boolean isOpen(Invited invited) {
        return steady.instant().isBefore(invited.end()) && valid.test(invited.by());
    }

    private Device letIn(Invited invited, Peer peer) {
        Device device =
                new Device(invited.by(), invited.invitation().loginId(), peer, new Secret(RandomName.of128Bits()));
        devices.put(device.owner(), new Joined(device, Optional.empty()));
        LOG.log(
                Level.INFO,
                "login of {0} continues on another device: {1}, {2}",
                device.owner(),
                peer.address(),
                peer.device());
        return device;
    }

    private static boolean same(Secret known, String given) {
        return MessageDigest.isEqual(known.reveal().getBytes(UTF_8), given.getBytes(UTF_8));
    }
}
