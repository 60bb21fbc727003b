package dev.authbridge.credential;

import dev.authbridge.login.AccessToken;
import dev.authbridge.login.CredentialSummary;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Reason;
import dev.authbridge.login.TokenStore;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * The vault and the service for callers that must not block, such as the login loop.
 *
 * <p>May be called from any thread; what touches the disk runs on the worker, and the stages complete there or on a
 * thread of the service's. They fail with a {@link LoginException} only, which is never wrapped.
 */
public final class Credentials implements TokenStore {
    private static final System.Logger LOG = System.getLogger(Credentials.class.getName());

    private final CredentialVault vault;
    private final ServiceCheck service;
    private final VaultWorker worker;
    private final Clock clock;
    private final List<CredentialListener> listeners = new CopyOnWriteArrayList<>();

    public Credentials(CredentialVault vault, ServiceCheck service, Executor worker, Clock clock) {
        this.vault = Objects.requireNonNull(vault);
        this.service = Objects.requireNonNull(service);
        this.worker = new VaultWorker(Objects.requireNonNull(worker));
        this.clock = Objects.requireNonNull(clock);
    }

    /** The listener is told of every change from now on. */
    public void listen(CredentialListener listener) {
        listeners.add(listener);
    }

    void tellOfChange(Owner owner) {
        listeners.forEach(listener -> listener.changed(owner));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The service is asked first, for up to 10 seconds: a token that it refuses is not kept, and fails with
     * {@code credential_invalid}.
     */
    @Override
    public CompletionStage<CredentialSummary> keep(Owner owner, AccessToken token) {
        return keep(owner, () -> Credential.of(token, clock.instant()));
    }

    /**
     * Keeps an API key in place of whatever the owner had, unless the service refuses it.
     *
     * @param pasted as the person gave it; fails with {@code credential_invalid} when it cannot be an API key
     */
    public CompletionStage<CredentialSummary> keepApiKey(Owner owner, String pasted) {
        return keep(owner, () -> Credential.ofApiKey(pasted, clock.instant()));
    }

    private CompletionStage<CredentialSummary> keep(Owner owner, VaultWorker.Work<Credential> made) {
        Credential credential;
        try {
            credential = made.run();
        } catch (LoginException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<CredentialSummary> kept = new CompletableFuture<>();
        service.ask(credential)
                .thenAccept(result -> worker.run(kept, () -> {
                    if (result.validity() == Validity.INVALID) {
                        throw new LoginException(
                                Reason.CREDENTIAL_INVALID, "The service does not take it: " + result.said() + ".");
                    }
                    vault.keep(owner, credential.withCheck(result));
                    LOG.log(Level.INFO, "{0}: {1} is kept; the service says: {2}", owner, credential, result.said());
                    tellOfChange(owner);
                    return credential.summary();
                }));
        return kept;
    }

    /** What may be told about the owner's credential; empty when signed out. */
    public CompletionStage<Optional<CredentialSummary>> summary(Owner owner) {
        return worker.run(() -> vault.read(owner).map(Credential::summary));
    }

    /** Everything that may be told about the owner's credential; empty when signed out. */
    public CompletionStage<Optional<CredentialStatus>> status(Owner owner) {
        return worker.run(() -> statusNow(owner));
    }

    private Optional<CredentialStatus> statusNow(Owner owner) throws LoginException {
        Optional<Credential> credential = vault.read(owner);
        return credential.isEmpty()
                ? Optional.empty()
                : Optional.of(CredentialStatus.of(credential.get(), vault.lastUsed(owner), clock.instant()));
    }

    /** The credential itself, for who may have it; noted as used. */
    public CompletionStage<Optional<Credential>> use(Owner owner) {
        return worker.run(() -> {
            Optional<Credential> credential = vault.read(owner);
            if (credential.isPresent()) {
                noteUse(owner);
            }
            return credential;
        });
    }

    /** Who cannot write may still read. */
    private void noteUse(Owner owner) {
        try {
            vault.used(owner);
        } catch (LoginException e) {
            LOG.log(Level.WARNING, "{0}: {1}", owner, e.getMessage());
        }
    }

    /** Names the owner's credential; fails with {@code signed_out} where there is none. */
    public CompletionStage<CredentialStatus> label(Owner owner, String label) {
        return worker.run(() -> {
            Credential credential = vault.read(owner).orElseThrow(Credentials::signedOut);
            vault.update(owner, credential, stored -> stored.withLabel(label));
            return statusNow(owner).orElseThrow(Credentials::signedOut);
        });
    }

    /**
     * Asks the service about the owner's credential and keeps the answer with it.
     *
     * @return the status with the new answer; fails with {@code signed_out} where there is no credential
     */
    public CompletionStage<CredentialStatus> validate(Owner owner) {
        CompletableFuture<CredentialStatus> validated = new CompletableFuture<>();
        worker.run(() -> vault.read(owner).orElseThrow(Credentials::signedOut)).whenComplete((credential, failure) -> {
            if (failure != null) {
                validated.completeExceptionally(failure);
                return;
            }
            service.ask(credential)
                    .thenAccept(result -> worker.run(validated, () -> judged(owner, credential, result)));
        });
        return validated;
    }

    private CredentialStatus judged(Owner owner, Credential asked, CheckResult result) throws LoginException {
        if (vault.update(owner, asked, stored -> stored.withCheck(result))) {
            Optional<Validity> before = asked.lastCheck().map(CheckResult::validity);
            if (!before.equals(Optional.of(result.validity()))) {
                Level level = result.validity() == Validity.INVALID ? Level.WARNING : Level.INFO;
                LOG.log(
                        level,
                        "{0}: {1} is {2}; the service says: {3}",
                        owner,
                        asked,
                        result.validity(),
                        result.said());
                tellOfChange(owner);
            }
        }
        return statusNow(owner).orElseThrow(Credentials::signedOut);
    }

    /**
     * Deletes the owner's credential here. At the vendor it goes on being good until it is revoked there.
     *
     * @return whether there was one
     */
    public CompletionStage<Boolean> signOut(Owner owner) {
        return worker.run(() -> {
            boolean deleted = vault.delete(owner);
            if (deleted) {
                LOG.log(Level.INFO, "{0}: signed out", owner);
                tellOfChange(owner);
            }
            return deleted;
        });
    }

    private static LoginException signedOut() {
        return new LoginException(Reason.SIGNED_OUT, "Nobody is signed in.");
    }

    /** All credentials that can be read; those that cannot are logged. */
    CompletionStage<Map<Owner, Credential>> all() {
        return worker.run(() -> {
            Map<Owner, Credential> all = new LinkedHashMap<>();
            for (Owner owner : vault.owners()) {
                try {
                    vault.read(owner).ifPresent(credential -> all.put(owner, credential));
                } catch (LoginException e) {
                    LOG.log(Level.WARNING, "{0}: {1}", owner, e.getMessage());
                }
            }
            return all;
        });
    }

    /** Says once in the log that the credential ends in that many days, and remembers that it was said. */
    CompletionStage<Boolean> warn(Owner owner, Credential credential, int days) {
        return worker.run(() -> {
            boolean first = vault.update(owner, credential, stored -> stored.withWarning(days));
            if (first) {
                String when =
                        days == 0 ? "has ended" : days == 1 ? "ends within a day" : "ends within " + days + " days";
                LOG.log(Level.WARNING, "{0}: {1} {2} (estimated); sign in again", owner, credential, when);
                tellOfChange(owner);
            }
            return first;
        });
    }
}
