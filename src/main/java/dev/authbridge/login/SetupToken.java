package dev.authbridge.login;

import java.util.concurrent.CompletionStage;

/** Runs the vendor's own sign-in program, {@code claude setup-token}. */
public interface SetupToken {
    /**
     * Starts the program. Does not block; whatever fails, at once or later, is told through
     * {@link SetupTokenSignals#failed}.
     *
     * @param signals told what the program shows, on any thread, one call at a time and in order
     */
    Run start(SetupTokenSignals signals);

    /** Whether the program is still being installed: what is started meanwhile waits for it. On the login loop. */
    default boolean installing() {
        return false;
    }

    /** One started program. Its methods may be called from any thread and do not block. */
    interface Run {
        /**
         * Types the code at the prompt, then Enter, once each. What follows is one of {@code codeRefused},
         * {@code tokenShown} and {@code failed}.
         */
        void submit(AuthorizationCode code);

        /**
         * Ends the program with everything that it started and removes its HOME. May be called again. No signal comes
         * after it.
         *
         * @return completes, on any thread and never exceptionally, once all of that is gone
         */
        CompletionStage<Void> end();
    }
}
