package dev.authbridge.credential;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CheckResult.Validity;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What is kept for each owner, and how it is doing.
 *
 * <p>How it is doing is a value in memory, so that telling it waits for no disk. The value changes when something is
 * written or handed over here, and when {@link #look} finds that another process wrote; only then is the store read. The
 * credential itself is not in memory: {@link #use} reads it.
 *
 * <p>May be called from any thread; nothing blocks. The stages complete on a thread of the store's or the service's. They
 * fail with a {@link Refusal} only, which is never wrapped.
 */
public final class Credentials {
    private static final System.Logger LOG = System.getLogger(Credentials.class.getName());

    private final CredentialStore store;
    private final CredentialCheck check;
    private final List<CredentialKind> kinds;
    private final Clock clock;
    private final Supplier<CompletionStage<List<AmbientCredential>>> others;
    private final List<Consumer<Owner>> listeners = new CopyOnWriteArrayList<>();

    private final Map<Owner, Known> known = new ConcurrentHashMap<>();
    private final AtomicLong reads = new AtomicLong();
    private volatile Map<Owner, String> stamps = Map.of();
    private volatile List<AmbientCredential> ambient = List.of();

    /**
     * What was read last for an owner.
     *
     * @param read the number of the read, so that a slow one does not undo what a later one has found
     * @param kept empty where there is nothing, or nothing that can be read
     * @param unreadable why it cannot be read
     */
    private record Known(long read, Optional<CredentialStatus> kept, Optional<Problem> unreadable) {
        static final Known NOTHING = new Known(0, Optional.empty(), Optional.empty());

        /** Whether there is nothing in it that the owner has to be told at once. */
        boolean looksLike(Known other) {
            boolean same = kept.isPresent() && other.kept.isPresent()
                    ? kept.get().looksLike(other.kept.get())
                    : kept.isEmpty() && other.kept.isEmpty();
            return same && unreadable.equals(other.unreadable);
        }
    }

    /**
     * @param check asks the service about each credential before it is kept
     * @param kinds of credential that can be kept
     * @param others finds what else is on this machine; must not block
     */
    public Credentials(
            CredentialStore store,
            CredentialCheck check,
            List<CredentialKind> kinds,
            Clock clock,
            Supplier<CompletionStage<List<AmbientCredential>>> others) {
        this.store = Objects.requireNonNull(store);
        this.check = Objects.requireNonNull(check);
        this.kinds = List.copyOf(kinds);
        this.clock = Objects.requireNonNull(clock);
        this.others = Objects.requireNonNull(others);
    }

    /** Knows of no other credentials on this machine. */
    public Credentials(CredentialStore store, CredentialCheck check, List<CredentialKind> kinds, Clock clock) {
        this(store, check, kinds, clock, () -> CompletableFuture.completedFuture(List.of()));
    }

    /**
     * Calls the listener from now on whenever an owner should see that their credential came, went, was judged differently
     * by the service, or is near its end.
     *
     * @param listener called on any thread; must not block
     */
    public void listen(Consumer<Owner> listener) {
        listeners.add(listener);
    }

    /**
     * The owner's credential, and beside it what else is on this machine: that is shown to the owner {@code default}
     * alone, since it belongs to whoever runs the machine. From memory.
     */
    public SeenCredentials seen(Owner owner) {
        Known current = known.getOrDefault(owner, Known.NOTHING);
        return new SeenCredentials(
                current.kept().map(status -> status.at(clock.instant())),
                current.unreadable(),
                owner.equals(Owner.DEFAULT) ? ambient : List.of());
    }

    /** Everything that may be told about the owner's credential; empty where none is kept or it cannot be read. From memory. */
    public Optional<CredentialStatus> status(Owner owner) {
        return seen(owner).kept();
    }

    /** All credentials that can be read, in the order of their owners' names. From memory. */
    public Map<Owner, CredentialStatus> all() {
        Map<Owner, CredentialStatus> all = new TreeMap<>(Comparator.comparing(Owner::name));
        known.forEach(
                (owner, current) -> current.kept().ifPresent(status -> all.put(owner, status.at(clock.instant()))));
        return all;
    }

    /** Why each of those that cannot be read cannot, in the order of their owners' names. From memory. */
    public Map<Owner, Problem> unreadable() {
        Map<Owner, Problem> unreadable = new TreeMap<>(Comparator.comparing(Owner::name));
        known.forEach((owner, current) -> current.unreadable().ifPresent(why -> unreadable.put(owner, why)));
        return unreadable;
    }

    /**
     * Finds what other processes have changed since the last look, reads that, and tells the listeners. The first look
     * reads everything.
     */
    public CompletionStage<Void> look() {
        CompletionStage<Void> kept = store.stamps().thenCompose(found -> {
            Set<Owner> changed = new HashSet<>(found.keySet());
            changed.removeIf(owner -> found.get(owner).equals(stamps.get(owner)));
            known.forEach((owner, current) -> {
                boolean gone = current.kept().isPresent() && !found.containsKey(owner);
                // What could not be read may have had another cause than the file.
                if (gone || current.unreadable().isPresent()) {
                    changed.add(owner);
                }
            });
            stamps = found;
            return CompletableFuture.allOf(changed.stream().map(this::refresh).toArray(CompletableFuture[]::new));
        });
        return plain(kept.thenCombine(others.get(), (done, found) -> found).thenAccept(found -> {
            boolean changed = !found.equals(ambient);
            ambient = found;
            if (changed) {
                tellOfChange(Owner.DEFAULT);
            }
        }));
    }

    /** Reads the owner's credential anew. The stage never fails, and {@link #seen} is as new as this call then. */
    public CompletableFuture<Void> refresh(Owner owner) {
        return read(owner).handle((kept, failure) -> (Void) null).toCompletableFuture();
    }

    /** Whatever the read is for, how the credential is doing is known from it, too. */
    private CompletionStage<Optional<CredentialStore.Kept>> read(Owner owner) {
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
        return new Known(number, Optional.empty(), Optional.of(refusal(failure).problem()));
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

    /** Finds out whether {@link #keep} would work for this owner; fails as it would, if not. */
    public CompletionStage<Void> ready(Owner owner) {
        return plain(store.ready(owner).whenComplete((ready, failure) -> {
            if (failure != null) {
                refresh(owner);
            }
        }));
    }

    /**
     * Keeps a credential in place of whatever the owner had, unless the service refuses it: it is asked first. In place of
     * another one of its kind it takes over that one's label.
     *
     * @param kind the wire name of the kind
     * @param secret as it was won or pasted; fails with {@code credential_invalid} when it cannot be one of that kind
     */
    public CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret) {
        Credential credential;
        try {
            credential = Credential.of(kind(kind), secret, clock.instant());
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
        return plain(ask(credential)
                .thenCompose(result -> keep(owner, credential, result))
                .thenCompose(kept -> refresh(owner))
                .thenApply(read -> credential.summary()));
    }

    private CredentialKind kind(String wireName) throws Refusal {
        return kinds.stream()
                .filter(kind -> kind.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new Refusal(Reason.CREDENTIAL_INVALID, "This server keeps no " + wireName + "."));
    }

    private CompletionStage<Void> keep(Owner owner, Credential credential, CheckResult result) {
        if (result.validity() == Validity.INVALID) {
            return CompletableFuture.failedFuture(
                    new Refusal(Reason.CREDENTIAL_INVALID, "The service does not take it: " + result.said() + "."));
        }
        return store.keep(owner, before -> labelledAs(before, credential).withCheck(result))
                .thenRun(() -> LOG.log(
                        Level.INFO,
                        "credential of {0} stored: {1}; the service says: {2}",
                        owner,
                        credential,
                        result.said()));
    }

    /** The label names what the credential is for, so a new one of the same kind has it, too. */
    private static Credential labelledAs(Optional<Credential> before, Credential credential) {
        return before.filter(it -> it.kind().equals(credential.kind()))
                .map(it -> credential.withLabel(it.label()))
                .orElse(credential);
    }

    /** What goes wrong while asking says nothing about the credential, also where the check breaks its own promise. */
    private CompletionStage<CheckResult> ask(Credential credential) {
        CompletionStage<CheckResult> asked;
        try {
            asked = check.ask(credential);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        return asked.exceptionally(failure -> {
            LOG.log(Level.ERROR, "the check of a credential broke", failure);
            return new CheckResult(Validity.UNKNOWN, "the check itself failed; see the server's log", clock.instant());
        });
    }

    /** The credential itself, for who may have it; noted as used. Empty where there is none. */
    public CompletionStage<Optional<Credential>> use(Owner owner) {
        return plain(read(owner)
                .thenCompose(kept -> kept.isEmpty()
                        ? nothing()
                        : noteUse(owner).thenApply(noted -> kept.map(CredentialStore.Kept::credential))));
    }

    private static CompletionStage<Optional<Credential>> nothing() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Who cannot write may still read, so this never fails. */
    private CompletionStage<Void> noteUse(Owner owner) {
        return store.used(owner).handle((noted, failure) -> {
            if (failure == null) {
                usedNow(owner);
            } else {
                LOG.log(Level.WARNING, "{0}: {1}", owner, refusal(failure).getMessage());
            }
            return null;
        });
    }

    private void usedNow(Owner owner) {
        synchronized (known) {
            known.computeIfPresent(
                    owner,
                    (same, current) -> new Known(
                            current.read(),
                            current.kept().map(status -> status.usedAt(clock.instant())),
                            current.unreadable()));
        }
    }

    /** Names the owner's credential; fails with {@code signed_out} where there is none. */
    public CompletionStage<CredentialStatus> label(Owner owner, String label) {
        return plain(present(owner)
                .thenCompose(credential -> store.update(owner, credential, stored -> stored.withLabel(label)))
                .thenCompose(changed -> statusNow(owner)));
    }

    /**
     * Asks the service about the owner's credential and keeps the answer with it.
     *
     * @return the status with the new answer; fails with {@code signed_out} where there is no credential
     */
    public CompletionStage<CredentialStatus> validate(Owner owner) {
        return plain(present(owner)
                .thenCompose(credential -> ask(credential).thenCompose(result -> judge(owner, credential, result)))
                .thenCompose(judged -> statusNow(owner)));
    }

    private CompletionStage<Void> judge(Owner owner, Credential asked, CheckResult result) {
        return store.update(owner, asked, stored -> stored.withCheck(result)).thenAccept(changed -> {
            Optional<Validity> before = asked.lastCheck().map(CheckResult::validity);
            if (changed && !before.equals(Optional.of(result.validity()))) {
                Level level = result.validity() == Validity.INVALID ? Level.WARNING : Level.INFO;
                String validity = result.validity().wireName();
                LOG.log(level, "{0}: {1} is {2}; the service says: {3}", owner, asked, validity, result.said());
            }
        });
    }

    /**
     * Says once in the log that the credential ends within that many days, and remembers that it was said.
     *
     * @param about whose end is near; if another one has taken its place, nothing is said
     */
    CompletionStage<Void> warn(Owner owner, CredentialSummary about, int days) {
        return plain(present(owner).thenCompose(credential -> {
            if (!credential.summary().equals(about)) {
                return CompletableFuture.<Void>completedFuture(null);
            }
            return store.update(owner, credential, stored -> stored.withWarning(days))
                    .thenCompose(first -> {
                        if (first) {
                            String when = days == 0
                                    ? "has ended"
                                    : days == 1 ? "ends within a day" : "ends within " + days + " days";
                            LOG.log(Level.WARNING, "{0}: {1} {2} (estimated); sign in again", owner, credential, when);
                        }
                        return refresh(owner);
                    });
        }));
    }

    /**
     * Deletes the owner's credential here, also one that cannot be read. At the vendor it goes on being good until it is
     * revoked there.
     *
     * @return whether there was one
     */
    public CompletionStage<Boolean> signOut(Owner owner) {
        return plain(store.delete(owner).thenCompose(deleted -> {
            if (deleted) {
                LOG.log(Level.INFO, "{0}: signed out", owner);
            }
            return refresh(owner).thenApply(read -> deleted);
        }));
    }

    private CompletionStage<Credential> present(Owner owner) {
        return read(owner).thenCompose(kept -> kept.map(it -> CompletableFuture.completedFuture(it.credential()))
                .orElseGet(() -> CompletableFuture.failedFuture(signedOut())));
    }

    private CompletionStage<CredentialStatus> statusNow(Owner owner) {
        return refresh(owner).thenCompose(read -> status(owner)
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(signedOut())));
    }

    private static Refusal signedOut() {
        return new Refusal(Reason.SIGNED_OUT, "Nobody is signed in.");
    }

    /** The same stage, failing with a {@link Refusal} that is not wrapped. */
    private static <T> CompletionStage<T> plain(CompletionStage<T> stage) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                plain.complete(value);
            } else {
                plain.completeExceptionally(refusal(failure));
            }
        });
        return plain;
    }

    private static Refusal refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Refusal known) {
            return known;
        }
        LOG.log(Level.ERROR, "work on the credentials failed", cause);
        return new Refusal(new Problem(Reason.STORAGE_FAILED, "The server failed; its log says more."), cause);
    }
}
