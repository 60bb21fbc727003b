package dev.authbridge.core;

/** A request that cannot be carried out, with the {@link Problem} to tell the one who asked. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

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

    public Problem problem() {
        return problem;
    }
}
