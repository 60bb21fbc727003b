package dev.authbridge.claude;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import java.util.Optional;

/** What people are told when the CLI is not there, cannot be run, or ends without having done its work. */
public final class CliMessages {
    /** For people who cannot mend it themselves. */
    public static final String NOT_INSTALLED =
            "The Claude CLI is not installed on the server. Its administrator has to install it.";

    public static final String BEING_INSTALLED = "The Claude CLI is being installed. This takes a few minutes, once.";

    public static final String STILL_ANSWERING =
            "Claude is still answering. Wait for that, or stop it, then ask again.";

    private static final String ENDED = "The Claude CLI ended: ";

    private static final String OR_ANOTHER =
            " If that is not it, install it anew, or name another program in CLAUDE_COMMAND.";

    /** What a program that was ended by a signal exits with, in Java and in a shell: this and the number of the signal. */
    private static final int SIGNALS = 128;

    private CliMessages() {}

    /**
     * What ended the CLI, and what to do about it: sentences that follow a colon, the first of them about "it". Empty if the exit
     * code does not tell.
     */
    public static Optional<String> meaning(int exitCode) {
        switch (exitCode - SIGNALS) {
            case 4:
                return Optional.of(
                        "this machine's processor lacks instructions that it needs (SIGILL). From version 2.1.113 on"
                                + " the CLI needs AVX. Use another machine, let the virtual machine have AVX, or name an older version"
                                + " in CLAUDE_COMMAND.");
            case 5, 6:
                return Optional.of("it gave up (" + (exitCode == SIGNALS + 5 ? "SIGTRAP" : "SIGABRT")
                        + "), as it does when it gets no memory. Give it more memory." + OR_ANOTHER);
            case 7:
                return Optional.of(
                        "a part of its file could not be read (SIGBUS): the file is incomplete, or the disk fails."
                                + OR_ANOTHER);
            case 9:
                return Optional.of(
                        "it was killed (SIGKILL), as the kernel and containers do when memory runs out; it needs about"
                                + " 150 MB. Give it more memory." + OR_ANOTHER);
            case 11:
                return Optional.of(
                        "it crashed (SIGSEGV): its file may be damaged, or not made for this machine." + OR_ANOTHER);
            case 31:
                return Optional.of(
                        "it made a system call that is forbidden here (SIGSYS), by a seccomp filter or a sandbox. Allow"
                                + " the call, or run the bridge elsewhere.");
            default:
                return Optional.empty();
        }
    }

    /** The caller logs the cause. */
    public static Problem cannotBeRun() {
        return new Problem(
                Reason.CLI_FAILED,
                "The Claude CLI cannot be run on the server. Its log and the command doctor say why.");
    }

    /** @param said as for {@link #endedUnexpectedly} */
    public static Problem endedWithoutAnswer(int exitCode, String said) {
        return ended(exitCode, said, "without an answer", "the server's log says more.");
    }

    /**
     * @param said what the CLI has printed, fit to be shown; empty if it has not said anything. A CLI that will not start says why:
     *     that it is too old, or that an organization does not allow it
     */
    public static Problem endedUnexpectedly(int exitCode, String said) {
        return ended(exitCode, said, "unexpectedly", "the server's log and the command doctor say more.");
    }

    private static Problem ended(int exitCode, String said, String how, String whereMoreIs) {
        Optional<String> meaning = meaning(exitCode).map(ENDED::concat);
        String message;
        if (said.isEmpty()) {
            message = meaning.orElse("The Claude CLI ended " + how + " (exit code " + exitCode
                    + "). Try again; if it happens again, " + whereMoreIs);
        } else {
            message = meaning.map(why -> why + " It said: " + said)
                    .orElse("The Claude CLI ended (exit code " + exitCode + ") and said: " + said);
        }
        return new Problem(Reason.CLI_FAILED, message);
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
