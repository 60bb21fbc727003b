package dev.authbridge.login;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
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
     *     and then the earlier credential is still there; fails with {@link NotYetKept} if it waits to be kept
     */
    CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret);

    /**
     * Throws away what still waits to be stored for this owner, or is on its way, because the owner has signed out or has
     * another credential now.
     */
    default void forget(Owner owner) {}

    /** A credential is not in use yet, and is not lost: storing it is tried again, or its owner has to confirm it. */
    final class NotYetKept extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;
        private final transient CompletionStage<CredentialSummary> later;

        /**
         * @param problem why
         * @param later completes once it is in use and safe on disk; never, if it is thrown away
         */
        public NotYetKept(Problem problem, CompletionStage<CredentialSummary> later) {
            super(problem.message());
            this.problem = problem;
            this.later = later;
        }

        /** Why it is not in use yet, for the owner. */
        public Problem problem() {
            return problem;
        }

        /** Completes, on any thread, once the credential is in use and safe on disk; never, if it is thrown away. */
        public CompletionStage<CredentialSummary> later() {
            return later;
        }
    }
}
