package dev.authbridge.login;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import java.util.concurrent.CompletionStage;

/**
 * A program that signs a person in: it shows an authorization URL, takes the code that the sign-in page shows, and wins a
 * credential.
 */
public interface SignInProgram {
    /** The name by which a client chooses this program. */
    String name();

    /**
     * Starts the program. Does not block; whatever fails, at once or later, is reported through {@link Events#failed}.
     *
     * @param events told what the program does, on any thread, one call at a time and in order
     */
    Run start(Events events);

    /**
     * Finds the authorization code in what somebody pasted. It may be called from any thread.
     *
     * @throws Refusal {@code code_incomplete} if it is not a whole code, saying what it is instead
     */
    AuthorizationCode readCode(Secret pasted) throws Refusal;

    /** Whether the program is still being installed: what is started meanwhile waits for it. Called on the event loop. */
    default boolean installing() {
        return false;
    }

    /** One started program. Its methods may be called from any thread and do not block. */
    interface Run {
        /**
         * Types the code at the prompt, then Enter, once each. What follows is one of {@code codeRefused},
         * {@code credentialWon} and {@code failed}.
         */
        void answer(AuthorizationCode code);

        /**
         * Ends the program with everything that it started and removes its temporary files. May be called again. No event
         * comes after it.
         *
         * @return completes, on any thread and never exceptionally, once all of that is gone
         */
        CompletionStage<Void> end();
    }

    /** What a started program was seen to do. */
    interface Events {
        /** The authorization URL is shown and the prompt takes a code. Comes again after {@link #codeRefused}. */
        void urlShown(AuthorizationUrl url);

        /**
         * The code was not taken, or could not be checked ({@code code_incomplete}, {@code code_rejected}, {@code network}).
         * The program goes on by itself to its next prompt, and {@link #urlShown} follows.
         */
        void codeRefused(Problem problem);

        /**
         * The program did not come back to its prompt, and another process of it takes over. {@link #urlShown} follows with a new
         * URL; codes of the one before no longer count.
         */
        void startedAnew();

        /**
         * The program has won a credential. This also happens without a code, when the person's browser runs on the
         * program's own machine. Nothing comes after it.
         *
         * @param kind the kind of credential, by its name in the contract
         * @param secret what gives access: a token, or whatever else makes up a credential of this kind
         */
        void credentialWon(String kind, Secret secret);

        /** The program ended, broke, or shows something unknown. Nothing comes after it. */
        void failed(Problem problem);
    }
}
