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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
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
    /** What somebody is told who answers when no credential of another organization waits. */
    public static final Problem NONE_WAITS = new Problem(
            Reason.TIMED_OUT,
            "No sign-in of another organization waits for this answer: it was given already, or a day has passed.");

    private static final System.Logger LOG = System.getLogger(Credentials.class.getName());

    private static final Problem SIGNED_OUT_MEANWHILE =
            new Problem(Reason.CANCELLED, "You have signed out in the meantime, so nothing was stored.");

    private final CredentialStore store;
    private final CredentialCheck check;
    private final List<CredentialKind> kinds;
    private final Clock clock;
    private final CredentialStatuses statuses;

    /** How often each owner has signed out here, by which it is seen that somebody did so while the service was asked. */
    private final Map<Owner, Integer> signOuts = new ConcurrentHashMap<>();

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
     * credential of the same kind as the earlier one takes over its label; the same credential stays as it is, also held back.
     *
     * <p>If it is known to belong to another organization than the earlier one, it waits beside that for {@link
     * #answerForOrganization}, and the stage fails with {@code other_organization}.
     *
     * @param kind the wire name of the kind
     * @param secret alone, with blanks around it at most; {@code credential_invalid} if it cannot be of that kind
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
        return keep(
                owner,
                kind,
                secret,
                result -> wanted.getAsBoolean()
                        ? Optional.empty()
                        : Optional.of(new Problem(Reason.CANCELLED, "The credential is not wanted any more.")));
    }

    /**
     * The same for what somebody pasted, with whatever people copy along with it. If the owner signs out before it is stored, the
     * stage fails with {@code cancelled}.
     */
    public CompletionStage<CredentialSummary> keepPasted(Owner owner, String kind, Secret pasted) {
        return keepPasted(owner, kind, pasted, result -> Optional.empty());
    }

    /**
     * The same for a credential that was made elsewhere: as nobody has seen yet that it works, nothing is kept unless the
     * service itself has answered, and the stage fails with {@code network}.
     */
    public CompletionStage<CredentialSummary> takeOver(Owner owner, String kind, Secret pasted) {
        return keepPasted(owner, kind, pasted, Credentials::unanswered);
    }

    private CompletionStage<CredentialSummary> keepPasted(
            Owner owner, String kind, Secret pasted, Function<CredentialCheck.Result, Optional<Problem>> objection) {
        int before = signOuts.getOrDefault(owner, 0);
        return plain(secretIn(kind, pasted)
                .thenCompose(secret -> keep(
                        owner,
                        kind,
                        secret,
                        result -> signOuts.getOrDefault(owner, 0) == before
                                ? objection.apply(result)
                                : Optional.of(SIGNED_OUT_MEANWHILE))));
    }

    private CompletionStage<Secret> secretIn(String kind, Secret pasted) {
        try {
            return CompletableFuture.completedFuture(new Secret(kind(kind).secretIn(pasted.reveal())));
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Optional<Problem> unanswered(CredentialCheck.Result result) {
        return result.answered()
                ? Optional.empty()
                : Optional.of(new Problem(
                        Reason.NETWORK,
                        "The service could not be asked whether it takes this, so nothing was changed. Try again later. "
                                + result.said() + "."));
    }

    /** @param objection why nothing is stored although the service does not refuse it; asked on any thread */
    private CompletionStage<CredentialSummary> keep(
            Owner owner, String kind, Secret secret, Function<CredentialCheck.Result, Optional<Problem>> objection) {
        Credential credential;
        try {
            credential = Credential.of(kind(kind), secret, clock.instant());
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
        return plain(ask(credential)
                .thenCompose(result -> objection
                        .apply(result)
                        .<CompletionStage<Credential>>map(why -> CompletableFuture.failedFuture(new Refusal(why)))
                        .orElseGet(() -> keep(owner, credential, result)))
                .thenCompose(kept -> refresh(owner)
                        .thenCompose(read -> kept.hasSecretOf(credential)
                                ? CompletableFuture.completedFuture(kept.summary())
                                : CompletableFuture.failedFuture(new Refusal(otherOrganization(kept))))));
    }

    private static Problem otherOrganization(Credential kept) {
        String successor =
                kept.known().successor().flatMap(Credential::organization).orElse("");
        return new Problem(
                Reason.OTHER_ORGANIZATION,
                "This sign-in belongs to another organization (" + successor + ") than the one before ("
                        + kept.organization().orElse("") + "). Nothing has changed yet: say whether to switch.");
    }

    private CredentialKind kind(String wireName) throws Refusal {
        return kinds.stream()
                .filter(kind -> kind.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new Refusal(Reason.CREDENTIAL_INVALID, "This server keeps no " + wireName + "."));
    }

    /** @return what is kept now: the new credential, or the earlier one with the new one as its successor */
    private CompletionStage<Credential> keep(Owner owner, Credential asked, CredentialCheck.Result result) {
        if (result.validity() == Validity.INVALID) {
            return CompletableFuture.failedFuture(
                    new Refusal(Reason.CREDENTIAL_INVALID, "The service does not take it: " + result.said() + "."));
        }
        Credential credential = asked.withCheck(result);
        AtomicReference<Credential> kept = new AtomicReference<>();
        return store.keep(owner, before -> {
                    kept.set(before.map(earlier -> after(earlier, credential)).orElse(credential));
                    return kept.get();
                })
                .thenApply(stored -> {
                    boolean waits = !kept.get().hasSecretOf(credential);
                    LOG.log(
                            Level.INFO,
                            "credential of {0} {1}: {2}; the service says: {3}",
                            owner,
                            waits ? "is of another organization and waits for the owner's word" : "stored",
                            credential,
                            result.said());
                    return kept.get();
                });
    }

    /** What is kept once there is a new credential. */
    private static Credential after(Credential earlier, Credential credential) {
        if (credential.hasSecretOf(earlier) && credential.kind().equals(earlier.kind())) {
            return earlier.withCheck(credential.lastCheck().orElseThrow());
        }
        return credential.isOfOtherOrganizationThan(earlier)
                ? earlier.withSuccessor(Optional.of(credential))
                : labelledAs(earlier, credential);
    }

    /** The label names what the credential is for, so a new one of the same kind has it, too. */
    private static Credential labelledAs(Credential earlier, Credential credential) {
        return earlier.kind().equals(credential.kind()) ? credential.withLabel(earlier.label()) : credential;
    }

    /**
     * Takes the owner's word on the credential of another organization that waits: it takes the place of the earlier one, or is
     * thrown away.
     *
     * @param fingerprint of the credential that the owner was asked about, if that is known; {@code other_organization} if
     *     it is another one that waits by now
     * @return what the owner was asked about; empty if none waits
     */
    public CompletionStage<Optional<CredentialSummary>> answerForOrganization(
            Owner owner, boolean accepted, Optional<String> fingerprint) {
        return plain(present(owner).thenCompose(credential -> {
            Optional<Credential> successor = credential.successor(clock.instant());
            if (successor.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            if (fingerprint
                    .filter(asked -> !asked.equals(successor.get().fingerprint()))
                    .isPresent()) {
                return CompletableFuture.failedFuture(new Refusal(otherOrganization(credential)));
            }
            return settle(owner, credential, successor.get(), accepted)
                    .thenApply(settled -> successor.map(Credential::summary).filter(asked -> settled));
        }));
    }

    /** @return false if it does not wait any more, so that nothing was changed */
    private CompletionStage<Boolean> settle(
            Owner owner, Credential credential, Credential successor, boolean accepted) {
        AtomicBoolean settled = new AtomicBoolean();
        return store.update(owner, credential, stored -> {
                    settled.set(
                            stored.known().successor().filter(successor::sameAs).isPresent());
                    if (!settled.get()) {
                        return stored;
                    }
                    return accepted ? labelledAs(stored, successor) : stored.withSuccessor(Optional.empty());
                })
                .thenCompose(changed -> refresh(owner))
                .thenApply(read -> {
                    if (settled.get()) {
                        LOG.log(
                                Level.INFO,
                                "{0}: the credential of another organization {1}: {2}",
                                owner,
                                accepted ? "is in use now" : "was thrown away",
                                successor);
                    }
                    return settled.get();
                });
    }

    /** Throws away a credential of another organization about which the owner has said nothing for too long. */
    CompletionStage<Boolean> dropUnansweredSuccessor(Owner owner) {
        return plain(present(owner).thenCompose(credential -> {
            Optional<Credential> successor = credential.known().successor();
            return successor.isPresent()
                            && credential.successor(clock.instant()).isEmpty()
                    ? settle(owner, credential, successor.get(), false)
                    : CompletableFuture.completedFuture(false);
        }));
    }

    /**
     * Holds the owner's credential back, so that nobody gets it, or releases it; fails with {@code signed_out} if there is none.
     *
     * @return the new status
     */
    public CompletionStage<CredentialStatus> hold(Owner owner, boolean held) {
        Optional<Instant> since = Optional.of(clock.instant()).filter(now -> held);
        return plain(present(owner)
                .thenCompose(credential -> store.update(
                        owner,
                        credential,
                        stored -> stored.heldSince().isPresent() == held ? stored : stored.heldSince(since)))
                .thenCompose(changed -> {
                    if (!changed) {
                        // Another credential has taken its place meanwhile; the owner means whatever is there.
                        return hold(owner, held);
                    }
                    LOG.log(Level.INFO, "{0}: the credential is {1}", owner, held ? "held back" : "in use again");
                    return statusNow(owner);
                }));
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

    /**
     * The credential itself, for callers that may have it; records the time of this use. Empty if there is none; fails with
     * {@code held} if its owner holds it back.
     */
    public CompletionStage<Optional<Credential>> use(Owner owner) {
        return plain(statuses.read(owner).thenCompose(kept -> {
            if (kept.isEmpty()) {
                return nothing();
            }
            try {
                Credential credential = kept.get().credential().requireInUse();
                return noteUse(owner).thenApply(noted -> Optional.of(credential));
            } catch (Refusal e) {
                return CompletableFuture.failedFuture(e);
            }
        }));
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
        signOuts.merge(owner, 1, Integer::sum);
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
