package dev.authbridge.web;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names that nobody can guess and that are good once, for ten minutes, for whoever holds them. Confined to the login loop.
 *
 * @param <T> what a ticket is good for
 */
final class Tickets<T> {
    static final Duration LIFETIME = Duration.ofMinutes(10);

    /** 192 bits. */
    private static final int RANDOM_BYTES = 24;

    private final int most;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Issued<T>> open = new HashMap<>();
    private final Deque<String> order = new ArrayDeque<>();

    private record Issued<T>(T what, Instant end) {}

    /** @param most that are open at once; the oldest gives way */
    Tickets(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    String issue(T what) {
        discard();
        while (open.size() >= most) {
            open.remove(order.removeFirst());
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        open.put(ticket, new Issued<>(what, clock.instant().plus(LIFETIME)));
        order.addLast(ticket);
        return ticket;
    }

    /** What the ticket is good for; it is still good afterwards. */
    Optional<T> look(String ticket) {
        discard();
        return Optional.ofNullable(open.get(ticket)).map(Issued::what);
    }

    /** What the ticket is good for; from now on it is good for nothing. */
    Optional<T> redeem(String ticket) {
        discard();
        return Optional.ofNullable(open.remove(ticket)).map(Issued::what);
    }

    /** All have the same lifetime, so those that are over are the oldest. */
    private void discard() {
        while (!order.isEmpty()) {
            Issued<T> oldest = open.get(order.peekFirst());
            boolean over = oldest == null || !clock.instant().isBefore(oldest.end());
            if (!over) {
                return;
            }
            open.remove(order.removeFirst());
        }
    }
}
