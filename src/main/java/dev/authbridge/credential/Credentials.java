package dev.authbridge.credential;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.SeenCredentials.Ambient;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The owners' credentials: keeps them, has the service asked about them, and hands them over.
 *
 * <p>The status of each is a value in memory, so that telling it waits for no disk. It changes when something is written or
 * handed over here, and when {@link #look} finds that another process wrote; only then is the store read. The credential
 * itself is not in memory: {@link #use} reads it.
 *
 * <p>May be called from any thread; nothing blocks. The stages complete on a thread of the store or of the check. They fail
 * with a {@link Refusal} only, which is never wrapped.
 */
public final class Credentials {
    private static final System.Logger LOG = System.getLogger(Credentials.class.getName());

    private final CredentialStore store;
    private final CredentialCheck check;
    private final List<CredentialKind> kinds;
    private final Clock clock;
    private final CredentialStatuses statuses;

    /**
     * @param check by which the service is asked about each credential before it is kept
     * @param kinds of credential that can be kept
     * @param others finds what else is on this machine; must not block
     */
    public Credentials(
            CredentialStore store,
            CredentialCheck check,
            List<CredentialKind> kinds,
            Clock clock,
            Supplier<CompletionStage<List<Ambient>>> others) {
        this.store = Objects.requireNonNull(store);
        this.check = Objects.requireNonNull(check);
        this.kinds = List.copyOf(kinds);
        this.clock = Objects.requireNonNull(clock);
        this.statuses = new CredentialStatuses(store, clock, Objects.requireNonNull(others));
    }

    /** Without looking for other credentials on this machine. */
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
        statuses.listen(listener);
    }

    /**
     * The owner's credential and the others on this machine, from memory. Only the owner {@code default} sees the others,
     * since they belong to the person who runs the machine.
     */
    public SeenCredentials seen(Owner owner) {
        return statuses.seen(owner);
    }

    /** Everything that may be told about the owner's credential; empty if there is none, or if it cannot be read. From memory. */
    public Optional<CredentialStatus> status(Owner owner) {
        return seen(owner).kept();
    }

    /** The status of each credential that can be read, in the order of the owners' names. From memory. */
    public Map<Owner, CredentialStatus> all() {
        return statuses.all();
    }

    /** Why each credential that cannot be read cannot be read, in the order of the owners' names. From memory. */
    public Map<Owner, Problem> unreadable() {
        return statuses.unreadable();
    }

    /**
     * Finds out what other processes have changed since the last look, reads that, and tells the listeners. The first look
     * reads everything.
     */
    public CompletionStage<Void> look() {
        return plain(statuses.look());
    }

    /** Reads the owner's credential again. The stage never fails; then {@link #seen} is at least as new as this call. */
    public CompletableFuture<Void> refresh(Owner owner) {
        return statuses.refresh(owner);
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
     * Keeps a credential in place of whatever the owner had, unless the service, which is asked first, refuses it. A
     * credential of the same kind as the earlier one takes over its label.
     *
     * @param kind the wire name of the kind
     * @param secret as it was read off the screen or pasted; {@code credential_invalid} if it cannot be of that kind
     */
    public CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret) {
        return keep(owner, kind, secret, () -> true);
    }

    /**
     * The same for a credential that may not be wanted any more by the time when the service has answered.
     *
     * @param wanted asked on any thread before anything is stored; if not, the stage fails with {@code cancelled}
     */
    public CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret, BooleanSupplier wanted) {
        Credential credential;
        try {
            credential = Credential.of(kind(kind), secret, clock.instant());
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
        return plain(ask(credential)
                .thenCompose(result -> wanted.getAsBoolean()
                        ? keep(owner, credential, result)
                        : CompletableFuture.failedFuture(
                                new Refusal(Reason.CANCELLED, "The credential is not wanted any more.")))
                .thenCompose(kept -> refresh(owner))
                .thenApply(read -> credential.summary()));
    }

    private CredentialKind kind(String wireName) throws Refusal {
        return kinds.stream()
                .filter(kind -> kind.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new Refusal(Reason.CREDENTIAL_INVALID, "This server keeps no " + wireName + "."));
    }

    private CompletionStage<Void> keep(Owner owner, Credential credential, CredentialCheck.Result result) {
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

    /** An error while asking says nothing about the credential, even if the check fails although it must not. */
    private CompletionStage<CredentialCheck.Result> ask(Credential credential) {
        CompletionStage<CredentialCheck.Result> asked;
        try {
            asked = check.ask(credential);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        return asked.exceptionally(failure -> {
            LOG.log(Level.ERROR, "the check of a credential failed unexpectedly", failure);
            return new CredentialCheck.Result(
                    Validity.UNKNOWN, "the check itself failed; see the server's log", clock.instant());
        });
    }

    /** The credential itself, for callers that may have it; records the time of this use. Empty if there is none. */
    public CompletionStage<Optional<Credential>> use(Owner owner) {
        return plain(statuses.read(owner)
                .thenCompose(kept -> kept.isEmpty()
                        ? nothing()
                        : noteUse(owner).thenApply(noted -> kept.map(CredentialStore.Kept::credential))));
    }

    private static CompletionStage<Optional<Credential>> nothing() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Never fails: a credential can be used even if that cannot be noted. */
    private CompletionStage<Void> noteUse(Owner owner) {
        return store.used(owner).handle((noted, failure) -> {
            if (failure == null) {
                statuses.usedNow(owner);
            } else {
                LOG.log(Level.WARNING, "{0}: {1}", owner, refusal(failure).getMessage());
            }
            return null;
        });
    }

    /** Sets the label of the owner's credential; fails with {@code signed_out} if there is none. */
    public CompletionStage<CredentialStatus> label(Owner owner, String label) {
        return plain(present(owner)
                .thenCompose(credential -> store.update(owner, credential, stored -> stored.withLabel(label)))
                .thenCompose(changed -> statusNow(owner)));
    }

    /**
     * Asks the service about the owner's credential and keeps the answer with it.
     *
     * @return the status with the new answer; fails with {@code signed_out} if there is no credential
     */
    public CompletionStage<CredentialStatus> validate(Owner owner) {
        return plain(present(owner)
                .thenCompose(credential -> ask(credential).thenCompose(result -> judge(owner, credential, result)))
                .thenCompose(judged -> statusNow(owner)));
    }

    private CompletionStage<Void> judge(Owner owner, Credential asked, CredentialCheck.Result result) {
        return store.update(owner, asked, stored -> stored.withCheck(result)).thenAccept(changed -> {
            Optional<Validity> before = asked.lastCheck().map(CredentialCheck.Result::validity);
            if (changed && !before.equals(Optional.of(result.validity()))) {
                Level level = result.validity() == Validity.INVALID ? Level.WARNING : Level.INFO;
                String validity = result.validity().wireName();
                LOG.log(level, "{0}: {1} is {2}; the service says: {3}", owner, asked, validity, result.said());
            }
        });
    }

    /**
     * Logs once that the credential ends within that many days, and remembers that this was done.
     *
     * @param about the credential whose end is near; if another one has taken its place, nothing is logged
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
     * Deletes the owner's credential here, even if it cannot be read. It stays valid at the vendor until it is revoked
     * there.
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
        return statuses.read(owner)
                .thenCompose(kept -> kept.map(it -> CompletableFuture.completedFuture(it.credential()))
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

    static Refusal refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Refusal known) {
            return known;
        }
        LOG.log(Level.ERROR, "work on the credentials failed", cause);
        return new Refusal(new Problem(Reason.STORAGE_FAILED, "The server failed. Its log has the details."), cause);
    }
}
