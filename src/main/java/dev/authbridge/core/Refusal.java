package dev.authbridge.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;

/** A request that cannot be carried out, with the {@link Problem} to tell the one who asked. */
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

    /** The refusal of somebody who is not known, or may not do this. */
    public static Refusal unauthorized(String message) {
        return new Refusal(Reason.UNAUTHORIZED, message);
    }

    public Problem problem() {
        return problem;
    }

    /**
     * What a failure is to whoever caused it: a problem that may be told, and never what went on inside.
     *
     * @param failure of a stage or a call; one that is no refusal is logged, and reported as {@code storage_failed}, since
     *     the disk is the one part that fails without a refusal
     */
    public static Problem problemOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refusal known) {
            return known.problem();
        }
        LOG.log(Level.ERROR, "a request failed unexpectedly", cause);
        return new Problem(Reason.STORAGE_FAILED, "The server could not read or write what it keeps.");
    }
}
