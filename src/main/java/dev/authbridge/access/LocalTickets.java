package dev.authbridge.access;

import dev.authbridge.core.Owner;
import dev.authbridge.core.RandomName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tickets kept by one machine, in memory. Confined to the event loop; its stages are always complete.
 *
 * @param <T> what a ticket stands for
 */
public final class LocalTickets<T> implements Tickets<T> {
    private final int most;
    private final int ofOwner;
    private final InstantSource clock;

    /** The oldest come first, and since all have the same lifetime, those that have expired do. */
    private final Map<String, Issued<T>> open = new LinkedHashMap<>();

    /** Those whose holder has a newer one, by when that was; most of them expire in this order, too. */
    private final Map<String, Issued<T>> replaced = new LinkedHashMap<>();

    /** The names of the open ones by their holders and owners, the oldest first. */
    private final Map<Holder, Set<String>> byHolder = new HashMap<>();

    private final Map<Owner, Set<String>> byOwner = new HashMap<>();

    private record Issued<T>(T what, Owner owner, Holder holder, Instant end) {}

    /**
     * @param most how many there are at once; for one more the oldest is dropped of the owner who has the most
     * @param ofOwner how many of one owner; for one more the owner's oldest is dropped
     */
    public LocalTickets(int most, int ofOwner, InstantSource clock) {
        this.most = most;
        this.ofOwner = ofOwner;
        this.clock = clock;
    }

    @Override
    public CompletionStage<String> issue(T what, Owner owner, Holder holder) {
        discard();
        Set<String> held = byHolder.getOrDefault(holder, Set.of());
        if (held.size() >= holder.most()) {
            replace(first(held));
        }
        Set<String> owned = byOwner.getOrDefault(owner, Set.of());
        if (owned.size() >= ofOwner) {
            remove(first(owned));
        }
        if (open.size() >= most) {
            byOwner.values().stream()
                    .max(Comparator.comparingInt(Set::size))
                    .ifPresent(largest -> remove(first(largest)));
        }
        String ticket = RandomName.of192Bits();
        put(ticket, new Issued<>(what, owner, holder, clock.instant().plus(LIFETIME)));
        return CompletableFuture.completedFuture(ticket);
    }

    @Override
    public CompletionStage<Optional<T>> look(String ticket) {
        discard();
        return valid(open.getOrDefault(ticket, replaced.get(ticket)));
    }

    @Override
    public CompletionStage<Optional<T>> redeem(String ticket) {
        discard();
        return valid(open.containsKey(ticket) ? remove(ticket) : replaced.remove(ticket));
    }

    private CompletionStage<Optional<T>> valid(Issued<T> found) {
        return CompletableFuture.completedFuture(Optional.ofNullable(found)
                .filter(issued -> clock.instant().isBefore(issued.end()))
                .map(Issued::what));
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
        if (open.containsKey(ticket)) {
            Issued<T> issued = remove(ticket);
            Instant end = clock.instant().plus(LIFETIME);
            put(ticket, new Issued<>(issued.what(), issued.owner(), issued.holder(), end));
        }
    }

    private static String first(Set<String> names) {
        return names.iterator().next();
    }

    private void put(String ticket, Issued<T> issued) {
        open.put(ticket, issued);
        byHolder.computeIfAbsent(issued.holder(), first -> new LinkedHashSet<>())
                .add(ticket);
        byOwner.computeIfAbsent(issued.owner(), first -> new LinkedHashSet<>()).add(ticket);
    }

    private Issued<T> remove(String ticket) {
        Issued<T> issued = open.remove(ticket);
        remove(ticket, byHolder, issued.holder());
        remove(ticket, byOwner, issued.owner());
        return issued;
    }

    private static <K> void remove(String ticket, Map<K, Set<String>> names, K whose) {
        names.computeIfPresent(whose, (same, theirs) -> {
            theirs.remove(ticket);
            return theirs.isEmpty() ? null : theirs;
        });
    }

    private void replace(String ticket) {
        Issued<T> issued = remove(ticket);
        Instant soon = clock.instant().plus(REPLACED);
        Instant end = issued.end().isBefore(soon) ? issued.end() : soon;
        if (replaced.size() >= most) {
            replaced.remove(first(replaced.keySet()));
        }
        replaced.put(ticket, new Issued<>(issued.what(), issued.owner(), issued.holder(), end));
    }

    private void discard() {
        Instant now = clock.instant();
        expired(open, now).forEach(this::remove);
        expired(replaced, now).forEach(replaced::remove);
    }

    private static <T> List<String> expired(Map<String, Issued<T>> oldestFirst, Instant now) {
        List<String> expired = new ArrayList<>();
        for (Map.Entry<String, Issued<T>> ticket : oldestFirst.entrySet()) {
            if (now.isBefore(ticket.getValue().end())) {
                break;
            }
            expired.add(ticket.getKey());
        }
        return expired;
    }
}
