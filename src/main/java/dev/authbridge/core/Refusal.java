package dev.authbridge.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;

/** A request that cannot be carried out, with the {@link Problem} to report to the caller. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = System.getLogger(Refusal.class.getName());

    private final transient Problem problem;

    public Refusal(Reason reason, String message) {
        this(new Problem(reason, message));
    }

    public Refusal(Problem problem) {
        super(problem.message());
        this.problem = problem;
    }

    public Refusal(Problem problem, Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    /** A refusal because the caller is not authenticated, or is not allowed to do this. */
    public static Refusal unauthorized(String message) {
        return new Refusal(Reason.UNAUTHORIZED, message);
    }

    public Problem problem() {
        return problem;
    }

    /**
     * The problem to report for a failure: one that is safe to show to a client, without internal details.
     *
     * @param failure of a stage or a call; anything but a refusal is logged and reported as {@code storage_failed}, since
     *     the disk is the only part that fails in another way
     */
    public static Problem problemOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refusal known) {
            return known.problem();
        }
        LOG.log(Level.ERROR, "a request failed unexpectedly", cause);
        return new Problem(Reason.STORAGE_FAILED, "The server could not read or write its stored data.");
    }
}
