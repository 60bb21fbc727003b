package dev.authbridge.claude;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;

/** What people are told when the CLI is not there, cannot be run, or ends without having done its work. */
public final class CliMessages {
    /** For people who cannot mend it themselves. */
    public static final String NOT_INSTALLED =
            "The Claude CLI is not installed on the server. Its administrator has to install it.";

    public static final String BEING_INSTALLED = "The Claude CLI is being installed. This takes a few minutes, once.";

    public static final String STILL_ANSWERING =
            "Claude is still answering. Wait for that, or stop it, then ask again.";

    private CliMessages() {}

    /** The caller logs the cause. */
    public static Problem cannotBeRun() {
        return new Problem(Reason.CLI_FAILED, "The Claude CLI cannot be run on the server. The server's log says why.");
    }

    public static Problem endedWithoutAnswer(int exitCode) {
        return new Problem(
                Reason.CLI_FAILED,
                "The Claude CLI ended without an answer (exit code " + exitCode
                        + "). Try again; if it happens again, the server's log says more.");
    }

    /**
     * @param said what the CLI has printed, fit to be shown; empty if it has not said anything. A CLI that will not start says why:
     *     that it is too old, or that an organization does not allow it
     */
    public static Problem endedUnexpectedly(int exitCode, String said) {
        return new Problem(
                Reason.CLI_FAILED,
                said.isEmpty()
                        ? "The Claude CLI ended unexpectedly (exit code " + exitCode
                                + "). Try again; if it happens again, the server's log says more."
                        : "The Claude CLI ended (exit code " + exitCode + ") and said: " + said);
    }

    public static Problem crashed() {
        return new Problem(
                Reason.CLI_FAILED,
                "The Claude CLI has crashed. Try again; if it happens again, the server's log says more.");
    }

    public static Problem takesNoInput() {
        return new Problem(Reason.CLI_FAILED, "The Claude CLI takes no input any more. Start a new login.");
    }
}
