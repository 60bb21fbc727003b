package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Owner;
import dev.authbridge.core.RandomName;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.Initiator;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Lets another device carry on an open login: an invitation, which is what the QR code holds, lets one device in, once.
 *
 * <p>An owner has one invitation, the newest, and one device, the last that came in. Both die with their login and with the
 * key that made them. How its login ended a device may still ask for a while: on a phone an answer gets lost.
 *
 * <p>Confined to the login loop.
 */
public final class Pairings {
    /** As long as a sign-in link. */
    static final Duration INVITED_FOR = Tickets.LIFETIME;

    public static final Duration END_TOLD_FOR = Duration.ofMinutes(10);

    private static final Logger LOG = System.getLogger(Pairings.class.getName());

    private final Logins logins;
    private final Predicate<AccessKey> good;
    private final InstantSource clock;
    private final Map<Owner, Invitation> invitations = new HashMap<>();
    private final Map<Owner, Joined> devices = new HashMap<>();

    /**
     * @param key that made it
     * @param loginId the one login that it is for
     * @param token 22 characters that need no escaping in an address
     * @param end from when on it is too old
     */
    public record Invitation(AccessKey key, String loginId, Secret token, Instant end) {}

    private record Joined(PairedDevice device, Subscription watch) {}

    /** @param good whether a key is good now */
    public Pairings(Logins logins, Predicate<AccessKey> good, InstantSource clock) {
        this.logins = logins;
        this.good = good;
        this.clock = clock;
    }

    /**
     * Invites one device to the login that the key's owner has open; the invitation before is void.
     *
     * @throws java.util.NoSuchElementException if none is open
     */
    public Invitation invite(AccessKey key) {
        LoginSnapshot open = logins.snapshot(key.owner());
        Instant latest = clock.instant().plus(INVITED_FOR);
        Instant end = open.expiresAt().filter(latest::isAfter).orElse(latest);
        Invitation invitation =
                new Invitation(key, open.loginId().orElseThrow(), new Secret(RandomName.of128Bits()), end);
        invitations.put(key.owner(), invitation);
        return invitation;
    }

    /** Lets the device in, and throws out the one before; empty for a token that is used, too old, or of another login. */
    public Optional<PairedDevice> join(String token, Initiator who) {
        Optional<Invitation> invited = invitations.values().stream()
                .filter(invitation -> same(invitation.token(), token))
                .findFirst();
        invited.ifPresent(invitation -> invitations.remove(invitation.key().owner()));
        return invited.filter(this::isOpen).map(invitation -> letIn(invitation, who));
    }

    /** The device whose cookie this is. */
    public Optional<PairedDevice> find(String secret) {
        return devices.values().stream()
                .map(Joined::device)
                .filter(device -> same(device.secret(), secret))
                .findFirst()
                .filter(this::holds);
    }

    /** Whether the device may still see its login. */
    public boolean holds(PairedDevice device) {
        Joined latest = devices.get(device.key().owner());
        boolean over = device.endedAt()
                .filter(end -> !clock.instant().isBefore(end.plus(END_TOLD_FOR)))
                .isPresent();
        return latest != null && latest.device() == device && !over && good.test(device.key());
    }

    /** Who carries on the owner's open login. */
    public Optional<Initiator> with(Owner owner) {
        return Optional.ofNullable(devices.get(owner))
                .map(Joined::device)
                .filter(device -> device.endedAt().isEmpty() && holds(device))
                .map(PairedDevice::who);
    }

    private boolean isOpen(Invitation invitation) {
        LoginSnapshot now = logins.snapshot(invitation.key().owner());
        return clock.instant().isBefore(invitation.end())
                && good.test(invitation.key())
                && now.open()
                && now.loginId().filter(invitation.loginId()::equals).isPresent();
    }

    private PairedDevice letIn(Invitation invitation, Initiator who) {
        Owner owner = invitation.key().owner();
        PairedDevice device = new PairedDevice(invitation, who, new Secret(RandomName.of128Bits()));
        Subscription watch = logins.watch(owner, snapshot -> device.changed(snapshot, clock.instant()));
        Optional.ofNullable(devices.put(owner, new Joined(device, watch)))
                .ifPresent(before -> before.watch().close());
        LOG.log(Level.INFO, "login of {0} is carried on from {1}, {2}", owner, who.address(), who.device());
        return device;
    }

    private static boolean same(Secret known, String given) {
        return MessageDigest.isEqual(known.reveal().getBytes(UTF_8), given.getBytes(UTF_8));
    }
}
