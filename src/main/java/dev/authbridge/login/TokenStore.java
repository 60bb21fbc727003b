package dev.authbridge.login;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import java.util.concurrent.CompletionStage;

/** Where a login puts the token that it has won. */
public interface TokenStore {
    /**
     * Keeps the token as the owner's credential, in place of any earlier one.
     *
     * <p>Called on the login loop, must not block it. The stage completes, on any thread, once the token is safe on disk;
     * it fails with a {@link Refusal} ({@code storage_failed}, {@code credential_invalid}), and then the earlier
     * credential is still there.
     */
    CompletionStage<CredentialSummary> keep(Owner owner, Secret token);
}
