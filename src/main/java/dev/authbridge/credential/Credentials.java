package dev.authbridge.credential;

import dev.authbridge.login.AccessToken;
import dev.authbridge.login.CredentialSummary;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.login.TokenStore;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The vault for callers that must not block, such as the login loop.
 *
 * <p>May be called from any thread; the work runs on the worker, and the stages complete there. They fail with a
 * {@link LoginException} only.
 */
public final class Credentials implements TokenStore {
    private final CredentialVault vault;
    private final Executor worker;
    private final Clock clock;

    public Credentials(CredentialVault vault, Executor worker, Clock clock) {
        this.vault = Objects.requireNonNull(vault);
        this.worker = Objects.requireNonNull(worker);
        this.clock = Objects.requireNonNull(clock);
    }

    @Override
    public CompletionStage<CredentialSummary> keep(Owner owner, AccessToken token) {
        return onWorker(() -> keep(owner, Credential.of(token, clock.instant())));
    }

    /**
     * Keeps an API key in place of whatever the owner had.
     *
     * @param pasted as the person gave it; refused with {@code credential_invalid} when it cannot be an API key
     */
    public CompletionStage<CredentialSummary> keepApiKey(Owner owner, String pasted) {
        return onWorker(() -> keep(owner, Credential.ofApiKey(pasted, clock.instant())));
    }

    private CredentialSummary keep(Owner owner, Credential credential) throws LoginException {
        vault.keep(owner, credential);
        return credential.summary();
    }

    /** What may be told about the owner's credential; empty when signed out. */
    public CompletionStage<Optional<CredentialSummary>> summary(Owner owner) {
        return onWorker(() -> vault.read(owner).map(Credential::summary));
    }

    /** The credential itself, for who may read it. */
    public CompletionStage<Optional<Credential>> read(Owner owner) {
        return onWorker(() -> vault.read(owner));
    }

    /**
     * Deletes the owner's credential here. At the vendor it goes on being good until it is revoked there.
     *
     * @return whether there was one
     */
    public CompletionStage<Boolean> signOut(Owner owner) {
        return onWorker(() -> vault.delete(owner));
    }

    private <T> CompletionStage<T> onWorker(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        worker.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
