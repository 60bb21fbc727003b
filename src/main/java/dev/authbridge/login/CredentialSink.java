package dev.authbridge.login;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import java.util.concurrent.CompletionStage;

/**
 * Where a login puts the credential that it has won. Called on the event loop, which it must not block; its stages complete
 * on any thread, and fail with a {@link Refusal}.
 */
public interface CredentialSink {
    /**
     * Finds out whether a credential of this owner could be kept now. It is asked before the sign-in program is started,
     * since that shows a token once and never again.
     *
     * @return completes if so; fails with {@code storage_failed}, saying what to do, if not
     */
    CompletionStage<Void> ready(Owner owner);

    /**
     * Keeps a credential for the owner, in place of any earlier one.
     *
     * @param kind the kind of credential, by its name in the contract
     * @param secret what makes up a credential of this kind
     * @return completes once the credential is safe on disk; fails with {@code storage_failed} or {@code credential_invalid},
     *     and then the earlier credential is still there
     */
    CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret);
}
