package dev.authbridge.login;

/** A request that cannot be carried out, with the {@link Problem} to tell the one who asked. */
public final class LoginException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public LoginException(Reason reason, String message) {
        this(new Problem(reason, message));
    }

    public LoginException(Problem problem) {
        super(problem.message());
        this.problem = problem;
    }

    public LoginException(Problem problem, Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
