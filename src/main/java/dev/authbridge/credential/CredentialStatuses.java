package dev.authbridge.credential;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.credential.SeenCredentials.Ambient;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The status of every owner's credential, in memory, so that telling it waits for no disk. It changes with each read of the
 * store. The credentials themselves are not in memory.
 *
 * <p>May be called from any thread; nothing blocks. The stages complete on a thread of the store's, and fail as the store's.
 */
final class CredentialStatuses {
    private static final System.Logger LOG = System.getLogger(CredentialStatuses.class.getName());

    private final CredentialStore store;
    private final Clock clock;
    private final Supplier<CompletionStage<List<Ambient>>> others;
    private final List<Consumer<Owner>> listeners = new CopyOnWriteArrayList<>();

    private final Map<Owner, Known> known = new ConcurrentHashMap<>();
    private final AtomicLong reads = new AtomicLong();
    private volatile Map<Owner, String> stamps = Map.of();
    private volatile List<Ambient> ambient = List.of();

    /**
     * What the last read for an owner has found.
     *
     * @param read the number of the read, so that a slow read does not undo what a later one has found
     * @param kept empty if there is no credential, or none that can be read
     * @param unreadable why it cannot be read
     */
    private record Known(long read, Optional<CredentialStatus> kept, Optional<Problem> unreadable) {
        static final Known NOTHING = new Known(0, Optional.empty(), Optional.empty());

        /** Whether the owner need not be told of the difference at once. */
        boolean looksLike(Known other) {
            boolean same = kept.isPresent() && other.kept.isPresent()
                    ? kept.get().looksLike(other.kept.get())
                    : kept.isEmpty() && other.kept.isEmpty();
            return same && unreadable.equals(other.unreadable);
        }
    }

    /** @param others finds what else is on this machine; must not block */
    CredentialStatuses(CredentialStore store, Clock clock, Supplier<CompletionStage<List<Ambient>>> others) {
        this.store = store;
        this.clock = clock;
        this.others = others;
    }

    /** See {@link Credentials#listen}. */
    void listen(Consumer<Owner> listener) {
        listeners.add(listener);
    }

    /** See {@link Credentials#seen}. */
    SeenCredentials seen(Owner owner) {
        Known current = known.getOrDefault(owner, Known.NOTHING);
        return new SeenCredentials(
                current.kept().map(status -> status.at(clock.instant())),
                current.unreadable(),
                owner.equals(Owner.DEFAULT) ? ambient : List.of());
    }

    /** See {@link Credentials#all}. */
    Map<Owner, CredentialStatus> all() {
        Map<Owner, CredentialStatus> all = new TreeMap<>(Comparator.comparing(Owner::name));
        known.forEach(
                (owner, current) -> current.kept().ifPresent(status -> all.put(owner, status.at(clock.instant()))));
        return all;
    }

    /** See {@link Credentials#unreadable}. */
    Map<Owner, Problem> unreadable() {
        Map<Owner, Problem> unreadable = new TreeMap<>(Comparator.comparing(Owner::name));
        known.forEach((owner, current) -> current.unreadable().ifPresent(why -> unreadable.put(owner, why)));
        return unreadable;
    }

    /** See {@link Credentials#look}. */
    CompletionStage<Void> look() {
        CompletionStage<Void> kept = store.stamps().thenCompose(found -> {
            Set<Owner> changed = new HashSet<>(found.keySet());
            changed.removeIf(owner -> found.get(owner).equals(stamps.get(owner)));
            known.forEach((owner, current) -> {
                boolean gone = current.kept().isPresent() && !found.containsKey(owner);
                // Why it could not be read need not show in its stamp: the master key may be back.
                if (gone || current.unreadable().isPresent()) {
                    changed.add(owner);
                }
            });
            stamps = found;
            return CompletableFuture.allOf(changed.stream().map(this::refresh).toArray(CompletableFuture[]::new));
        });
        return kept.thenCombine(others.get(), (done, found) -> found).thenAccept(found -> {
            boolean changed = !found.equals(ambient);
            ambient = found;
            if (changed) {
                tellOfChange(Owner.DEFAULT);
            }
        });
    }

    /** See {@link Credentials#refresh}. */
    CompletableFuture<Void> refresh(Owner owner) {
        return read(owner).handle((kept, failure) -> (Void) null).toCompletableFuture();
    }

    /** Reads what is kept, and learns the status from it, whatever the read is for. */
    CompletionStage<Optional<CredentialStore.Kept>> read(Owner owner) {
        long number = reads.incrementAndGet();
        return store.read(owner)
                .whenComplete((kept, failure) ->
                        learn(owner, failure == null ? known(number, kept) : unreadable(number, failure)));
    }

    private Known known(long number, Optional<CredentialStore.Kept> kept) {
        return new Known(
                number,
                kept.map(it -> CredentialStatus.of(it.credential(), it.lastUsed(), clock.instant())),
                Optional.empty());
    }

    private static Known unreadable(long number, Throwable failure) {
        return new Known(
                number,
                Optional.empty(),
                Optional.of(Credentials.refusal(failure).problem()));
    }

    private void learn(Owner owner, Known now) {
        Known before;
        synchronized (known) {
            before = known.getOrDefault(owner, Known.NOTHING);
            if (before.read() > now.read()) {
                return;
            }
            known.put(owner, now);
        }
        if (!before.looksLike(now)) {
            now.unreadable().ifPresent(why -> LOG.log(Level.WARNING, "{0}: {1}", owner, why.message()));
            tellOfChange(owner);
        }
    }

    private void tellOfChange(Owner owner) {
        listeners.forEach(listener -> listener.accept(owner));
    }

    /** Notes that the owner's credential was handed over now. */
    void usedNow(Owner owner) {
        synchronized (known) {
            known.computeIfPresent(
                    owner,
                    (same, current) -> new Known(
                            current.read(),
                            current.kept().map(status -> status.usedAt(clock.instant())),
                            current.unreadable()));
        }
    }
}
