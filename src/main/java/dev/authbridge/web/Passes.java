package dev.authbridge.web;

import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a second device into one login: to see where it stands, open its link and hand in its code, and nothing else.
 *
 * <p>A ticket travels to the device, as a QR code, and is good once, for ten minutes. It is traded for a pass, which the
 * device keeps as a cookie, and which is void with the next login or after an hour. Confined to the login loop.
 */
final class Passes {
    static final Duration LIFETIME = Duration.ofHours(1);

    private static final int MOST_TICKETS = 1_024;

    private final Logins logins;
    private final AccessKeys keys;
    private final InstantSource clock;
    private final Tickets<Login> tickets;
    private final Map<AccessKey, Pass> open = new HashMap<>();

    private record Login(AccessKey of, String id) {}

    private record Pass(AccessKey of, Instant end) {}

    Passes(Logins logins, AccessKeys keys, InstantSource clock) {
        this.logins = logins;
        this.keys = keys;
        this.clock = clock;
        this.tickets = new Tickets<>(MOST_TICKETS, clock);
    }

    /** A ticket for the login that the owner of the key has open; empty where none is open. */
    Optional<String> ticket(AccessKey key) {
        LoginSnapshot snapshot = logins.snapshot(key.owner());
        return snapshot.loginId().filter(id -> snapshot.open()).map(id -> tickets.issue(new Login(key, id)));
    }

    /** The secret of a new pass; empty for a ticket that is used, too old, or of a login that is over. */
    Optional<String> redeem(String ticket) {
        open.keySet().removeIf(pass -> !holds(pass));
        return tickets.redeem(ticket)
                .filter(login -> keys.holds(login.of()) && isCurrent(login.of(), login.id()))
                .map(login -> {
                    String secret = AccessKey.random();
                    Instant end = clock.instant().plus(LIFETIME);
                    open.put(login.of().pass(secret, login.id()), new Pass(login.of(), end));
                    return secret;
                });
    }

    /** The pass of this secret, as long as it is good. */
    Optional<AccessKey> find(String secret) {
        byte[] sha256 = AccessKey.sha256(secret);
        return open.keySet().stream()
                .filter(pass -> pass.isFor(sha256))
                .filter(this::holds)
                .findFirst();
    }

    /** Whether the pass is good: it is in time, its login is the owner's last one, and the key behind it is still good. */
    boolean holds(AccessKey pass) {
        Pass known = open.get(pass);
        return known != null
                && clock.instant().isBefore(known.end())
                && keys.holds(known.of())
                && isCurrent(pass, pass.onlyLogin().orElseThrow());
    }

    private boolean isCurrent(AccessKey key, String loginId) {
        return logins.snapshot(key.owner()).loginId().equals(Optional.of(loginId));
    }
}
