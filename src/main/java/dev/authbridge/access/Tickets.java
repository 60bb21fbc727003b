package dev.authbridge.access;

import dev.authbridge.core.RandomName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names that nobody can guess and that are good once, for ten minutes unless renewed, for whoever holds them. Confined to the
 * login loop.
 *
 * @param <T> what a ticket is good for
 */
public final class Tickets<T> {
    public static final Duration LIFETIME = Duration.ofMinutes(10);

    private final int most;
    private final InstantSource clock;
    /** The oldest first; all have the same lifetime, so those that are over come first. */
    private final Map<String, Issued<T>> open = new LinkedHashMap<>();

    private record Issued<T>(T what, Instant end) {}

    /** @param most that are open at once; the oldest gives way */
    public Tickets(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    public String issue(T what) {
        discard();
        if (open.size() >= most) {
            open.remove(open.keySet().iterator().next());
        }
        String ticket = RandomName.of192Bits();
        open.put(ticket, new Issued<>(what, clock.instant().plus(LIFETIME)));
        return ticket;
    }

    /** What the ticket is good for; it is still good afterwards. */
    public Optional<T> look(String ticket) {
        discard();
        return Optional.ofNullable(open.get(ticket)).map(Issued::what);
    }

    /** Whether the ticket is good now and will be for so long, unless it is redeemed. */
    public boolean lasts(String ticket, Duration more) {
        Issued<T> issued = open.get(ticket);
        return issued != null && clock.instant().plus(more).isBefore(issued.end());
    }

    /** What the ticket is good for; from now on it is good for nothing. */
    public Optional<T> redeem(String ticket) {
        discard();
        return Optional.ofNullable(open.remove(ticket)).map(Issued::what);
    }

    /** Lets a ticket that is still good be good for ten more minutes from now. */
    public void renew(String ticket) {
        discard();
        Issued<T> issued = open.remove(ticket);
        if (issued != null) {
            open.put(ticket, new Issued<>(issued.what(), clock.instant().plus(LIFETIME)));
        }
    }

    private void discard() {
        Instant now = clock.instant();
        Iterator<Issued<T>> oldest = open.values().iterator();
        while (oldest.hasNext()) {
            if (now.isBefore(oldest.next().end())) {
                return;
            }
            oldest.remove();
        }
    }
}
