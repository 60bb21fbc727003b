package dev.authbridge.login;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Problem;
import java.util.Optional;

/**
 * The state of one login. Clients are sent states, not events: a client that reconnects gets the current one, and nothing is replayed.
 *
 * <p>Each state overrides only the signals that it accepts; a signal that it does not accept leaves it as it is. No state
 * carries the code or anything of the credential that is secret.
 */
public sealed interface LoginState {
    /** The name of the state in status messages and logs. Names that clients see are part of the contract in the README. */
    String name();

    /** The name for logs, with the reason if the login failed. */
    default String outcome() {
        return name();
    }

    /** Whether this is a final state. */
    default boolean ended() {
        return false;
    }

    /** The program's prompt takes a code for this URL. */
    default LoginState urlShown(AuthorizationUrl url) {
        return this;
    }

    /** The owner handed in a code for the URL that is shown. */
    default LoginState codeSubmitted() {
        return this;
    }

    /** The program did not take the code and goes back to its prompt. */
    default LoginState codeRefused(Problem problem) {
        return this;
    }

    /** Another process of the program takes over, since the one before does not come back to its prompt. */
    default LoginState startedAnew() {
        return this;
    }

    /** The program has won a credential, which is now on its way to the disk. */
    default LoginState credentialWon() {
        return this;
    }

    /** The credential is safe on disk. */
    default LoginState credentialKept(CredentialSummary credential) {
        return this;
    }

    /** The login ends without a credential. */
    default LoginState failed(Problem problem) {
        return new Failed(problem);
    }

    /**
     * The program is on its way to its prompt.
     *
     * @param problem why the code before was not taken; empty at the first try
     * @param anew whether another process of it has taken over
     */
    record Starting(Optional<Problem> problem, boolean anew) implements LoginState {
        public Starting(Optional<Problem> problem) {
            this(problem, false);
        }

        @Override
        public String name() {
            return "starting";
        }

        @Override
        public LoginState urlShown(AuthorizationUrl url) {
            return new AwaitingCode(url, problem, anew);
        }

        @Override
        public LoginState startedAnew() {
            return new Starting(problem, true);
        }

        @Override
        public LoginState credentialWon() {
            return new Verifying();
        }
    }

    /**
     * The URL is there, and the program waits for the code.
     *
     * @param url where the owner signs in
     * @param problem why the code before was not taken; empty at the first try
     * @param anew whether another process of the program has taken over, so that this URL is a new one
     */
    record AwaitingCode(AuthorizationUrl url, Optional<Problem> problem, boolean anew) implements LoginState {
        public AwaitingCode(AuthorizationUrl url, Optional<Problem> problem) {
            this(url, problem, false);
        }

        @Override
        public String name() {
            return "awaiting_code";
        }

        /** The program may show a new URL while it waits; the earlier one is no longer valid then. */
        @Override
        public LoginState urlShown(AuthorizationUrl shown) {
            return shown.equals(url) ? this : new AwaitingCode(shown, problem, anew);
        }

        @Override
        public LoginState startedAnew() {
            return new Starting(problem, true);
        }

        @Override
        public LoginState codeSubmitted() {
            return new Verifying();
        }

        /** A browser on the program's own machine finishes the login without a pasted code. */
        @Override
        public LoginState credentialWon() {
            return new Verifying();
        }
    }

    /** The code is with the sign-in service, or the credential on its way to the disk. */
    record Verifying() implements LoginState {
        @Override
        public String name() {
            return "verifying";
        }

        @Override
        public LoginState codeRefused(Problem problem) {
            return new Starting(Optional.of(problem));
        }

        @Override
        public LoginState credentialKept(CredentialSummary credential) {
            return new Complete(credential);
        }
    }

    /**
     * The credential is on disk.
     *
     * @param credential what may be told about it
     */
    record Complete(CredentialSummary credential) implements LoginState {
        @Override
        public String name() {
            return "signed_in";
        }

        @Override
        public boolean ended() {
            return true;
        }

        @Override
        public LoginState failed(Problem problem) {
            return this;
        }
    }

    /**
     * The login ended without a credential.
     *
     * @param problem why
     */
    record Failed(Problem problem) implements LoginState {
        @Override
        public String name() {
            return "failed";
        }

        @Override
        public String outcome() {
            return problem.reason().wireName();
        }

        @Override
        public boolean ended() {
            return true;
        }

        /** The login gave up on the credential, but it was stored or confirmed after all. */
        @Override
        public LoginState credentialKept(CredentialSummary credential) {
            return new Complete(credential);
        }

        @Override
        public LoginState failed(Problem again) {
            return this;
        }
    }
}
