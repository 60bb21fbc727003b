package dev.authbridge.command;

/** What the exit codes mean; those of {@code exec} are the ones of {@code env} and {@code nohup}. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    /** Bad arguments, as of picocli and of shells. */
    static final int USAGE = 2;
    /** {@code EX_CONFIG} of {@code sysexits.h}: a variable of the environment cannot be used. */
    static final int BAD_CONFIGURATION = 78;
    /** {@code exec} itself failed. */
    static final int EXEC_FAILED = 125;
    /** The program is there and cannot be run. */
    static final int CANNOT_RUN = 126;
    /** The program is not there. */
    static final int NOT_FOUND = 127;

    private ExitCode() {}
}
