package dev.authbridge.claude;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import java.time.Duration;
import java.util.Optional;

/** What one run of {@code claude setup-token} does now, and how long that may take. */
enum Phase {
    /** On its way to the prompt: 0.4 to 5 s (measured), more on a machine that is busy. */
    STARTING(45),
    /** The prompt takes a code. How long it waits for one is the login's business. */
    PROMPTING,
    /** The code was typed, and its echo is not there yet. */
    TYPING(15),
    /** The code is with the service. From 2.1.150 on the CLI gives up after 30 s; 2.0.77 never does (measured, 200 s). */
    ENTERED(45),
    /** Back to the prompt after a refusal. */
    RETRYING(45),
    /** Nothing follows. */
    ENDED;

    private final Optional<Duration> within;

    Phase() {
        within = Optional.empty();
    }

    Phase(int seconds) {
        within = Optional.of(Duration.ofSeconds(seconds));
    }

    /** How long it may last; empty where that is not for the run to say. */
    Optional<Duration> within() {
        return within;
    }

    /** What it means that it lasted longer. */
    Problem overdue() {
        return this == ENTERED
                ? new Problem(
                        Reason.NETWORK,
                        "Claude's sign-in service does not answer. Check the server's network and start a new login.")
                : new Problem(
                        Reason.UNKNOWN_SCREEN,
                        "The Claude CLI shows something that this server does not know. Try again; if it happens again,"
                                + " the server's log says more.");
    }
}
