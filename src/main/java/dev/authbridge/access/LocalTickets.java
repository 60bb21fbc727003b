package dev.authbridge.access;

import dev.authbridge.core.RandomName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tickets kept by one machine, in memory. Confined to the event loop; its stages are always complete.
 *
 * @param <T> what a ticket stands for
 */
public final class LocalTickets<T> implements Tickets<T> {
    private final int most;
    private final InstantSource clock;

    /** The oldest come first, and since all have the same lifetime, those that have expired do. */
    private final Map<String, Issued<T>> open = new LinkedHashMap<>();

    private record Issued<T>(T what, Instant end) {}

    /** @param most how many there are at once; for one more the oldest is dropped */
    public LocalTickets(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    @Override
    public CompletionStage<String> issue(T what) {
        discard();
        if (open.size() >= most) {
            open.remove(open.keySet().iterator().next());
        }
        String ticket = RandomName.of192Bits();
        open.put(ticket, new Issued<>(what, clock.instant().plus(LIFETIME)));
        return CompletableFuture.completedFuture(ticket);
    }

    @Override
    public CompletionStage<Optional<T>> look(String ticket) {
        discard();
        return CompletableFuture.completedFuture(
                Optional.ofNullable(open.get(ticket)).map(Issued::what));
    }

    @Override
    public CompletionStage<Optional<T>> redeem(String ticket) {
        discard();
        return CompletableFuture.completedFuture(
                Optional.ofNullable(open.remove(ticket)).map(Issued::what));
    }

    @Override
    public CompletionStage<Boolean> lasts(String ticket, Duration more) {
        Issued<T> issued = open.get(ticket);
        return CompletableFuture.completedFuture(
                issued != null && clock.instant().plus(more).isBefore(issued.end()));
    }

    @Override
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
