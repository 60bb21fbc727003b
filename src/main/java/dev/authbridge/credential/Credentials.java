package dev.authbridge.credential;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.TokenStore;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The vault and the service for callers that must not block, such as the login loop.
 *
 * <p>May be called from any thread; what touches the disk runs on the worker, and the stages complete there or on a
 * thread of the service's. They fail with a {@link Refusal} only, which is never wrapped.
 */
public final class Credentials implements TokenStore {
    private static final System.Logger LOG = System.getLogger(Credentials.class.getName());

    private final CredentialVault vault;
    private final VaultWorker worker;
    private final Clock clock;
    private final Supplier<List<AmbientCredential>> ambient;
    private final List<CredentialKind> kinds;
    private final CredentialUpkeep upkeep;
    private final CredentialIntake intake;

    /**
     * @param service asked about each credential before it is kept
     * @param kinds of credential that can be kept
     * @param worker takes work that blocks on the disk
     * @param ambient what else is on this machine
     */
    public Credentials(
            CredentialVault vault,
            CredentialCheck service,
            List<CredentialKind> kinds,
            Executor worker,
            Clock clock,
            Supplier<List<AmbientCredential>> ambient) {
        this.vault = Objects.requireNonNull(vault);
        this.worker = new VaultWorker(Objects.requireNonNull(worker));
        this.clock = Objects.requireNonNull(clock);
        this.kinds = List.copyOf(kinds);
        this.ambient = Objects.requireNonNull(ambient);
        this.upkeep = new CredentialUpkeep(vault, Objects.requireNonNull(service), this.worker, clock);
        this.intake = new CredentialIntake(vault, service, this.worker, upkeep);
    }

    /** Knows of no other credentials on this machine. */
    public Credentials(
            CredentialVault vault, CredentialCheck service, List<CredentialKind> kinds, Executor worker, Clock clock) {
        this(vault, service, kinds, worker, clock, List::of);
    }

    CredentialUpkeep upkeep() {
        return upkeep;
    }

    /** The listener is told of every change from now on. */
    public void listen(CredentialListener listener) {
        upkeep.listen(listener);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The service is asked first, for up to 10 seconds: a token that it refuses is not kept, and fails with
     * {@code credential_invalid}. In place of another token it keeps that one's label.
     */
    @Override
    public CompletionStage<CredentialSummary> keep(Owner owner, Secret token) {
        return intake.take(owner, () -> Credential.of(kind(CredentialKind.SIGN_IN_TOKEN), token, clock.instant()));
    }

    /**
     * Keeps an API key in place of whatever the owner had, unless the service refuses it.
     *
     * @param pasted as the person gave it; fails with {@code credential_invalid} when it cannot be an API key
     */
    public CompletionStage<CredentialSummary> keepApiKey(Owner owner, String pasted) {
        return intake.take(
                owner, () -> Credential.of(kind(CredentialKind.API_KEY), new Secret(pasted), clock.instant()));
    }

    private CredentialKind kind(String wireName) throws Refusal {
        return kinds.stream()
                .filter(kind -> kind.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new Refusal(Reason.CREDENTIAL_INVALID, "This server keeps no " + wireName + "."));
    }

    /** Everything that may be told about the owner's credential; empty when signed out. */
    public CompletionStage<Optional<CredentialStatus>> status(Owner owner) {
        return worker.run(() -> upkeep.status(owner));
    }

    /**
     * The owner's credential, and beside it what else is on this machine: that is shown to the owner {@code default}
     * alone, since it belongs to whoever runs the machine.
     */
    public CompletionStage<SeenCredentials> seen(Owner owner) {
        return worker.run(() ->
                new SeenCredentials(upkeep.status(owner), owner.equals(Owner.DEFAULT) ? ambient.get() : List.of()));
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
        } catch (Refusal e) {
            LOG.log(Level.WARNING, "{0}: {1}", owner, e.getMessage());
        }
    }

    /** Names the owner's credential; fails with {@code signed_out} where there is none. */
    public CompletionStage<CredentialStatus> label(Owner owner, String label) {
        return worker.run(() -> {
            Credential credential = vault.read(owner).orElseThrow(CredentialUpkeep::signedOut);
            if (vault.update(owner, credential, stored -> stored.withLabel(label))) {
                upkeep.tellOfChange(owner);
            }
            return upkeep.status(owner).orElseThrow(CredentialUpkeep::signedOut);
        });
    }

    /**
     * Asks the service about the owner's credential and keeps the answer with it.
     *
     * @return the status with the new answer; fails with {@code signed_out} where there is no credential
     */
    public CompletionStage<CredentialStatus> validate(Owner owner) {
        return upkeep.validate(owner);
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
                upkeep.tellOfChange(owner);
            }
            return deleted;
        });
    }
}
