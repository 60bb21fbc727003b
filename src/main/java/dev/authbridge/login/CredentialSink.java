package dev.authbridge.login;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import java.util.concurrent.CompletionStage;

/**
 * Where a login puts the token that it has won. Called on the event loop, which it must not block; its stages complete on
 * any thread, and fail with a {@link Refusal}.
 */
public interface CredentialSink {
    /**
     * Finds out whether a token of this owner could be kept now. It is asked before the sign-in program is started, since
     * the token is shown once and cannot be had again.
     *
     * @return fails with {@code storage_failed}, saying what to do
     */
    CompletionStage<Void> ready(Owner owner);

    /**
     * Keeps the token as the owner's credential, in place of any earlier one.
     *
     * @return completes once the token is safe on disk; fails with {@code storage_failed} or {@code credential_invalid}, and
     *     then the earlier credential is still there
     */
    CompletionStage<CredentialSummary> keep(Owner owner, Secret token);
}
