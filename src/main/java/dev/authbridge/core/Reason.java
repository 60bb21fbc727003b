package dev.authbridge.core;

import java.util.Locale;

/**
 * Why something did not work, as a name for programs.
 *
 * <p>The names are part of the contract: {@code claude.auth.error} and every problem document contain them.
 */
public enum Reason {
    /** Logins are switched off by the configuration. */
    DISABLED(false),
    /** No key, a wrong key, or a key without the scope that is asked for. */
    UNAUTHORIZED(false),
    /** The contract has no such message or request. */
    BAD_MESSAGE(false),
    /** No CLI is installed. */
    CLI_NOT_FOUND(false),
    /** The CLI ended or crashed without saying why. */
    CLI_FAILED(true),
    /** The server already has as many logins open as it may have. */
    BUSY(true),
    /** Too many tries in a short time. */
    RATE_LIMITED(true),
    /** The pasted text is not a complete authorization code. */
    CODE_INCOMPLETE(true),
    /** The authorization code belongs to another sign-in link. */
    CODE_STALE(true),
    /** The sign-in service did not accept the authorization code. */
    CODE_REJECTED(true),
    /** The sign-in service does not let this server in, so that another code does not help. */
    NOT_ALLOWED(false),
    /** The sign-in service could not be reached. */
    NETWORK(true),
    /** The login, or one of its steps, took too long. */
    TIMED_OUT(true),
    /** The owner ended the login. */
    CANCELLED(true),
    /** The credential could not be written or read. */
    STORAGE_FAILED(true),
    /** The CLI shows a screen that the bridge does not know. */
    UNKNOWN_SCREEN(true),
    /** What is asked for belongs to another owner than the browser does; the user has to confirm it. */
    OTHER_OWNER(false),
    /** There is no credential. */
    SIGNED_OUT(true),
    /** The service rejects the credential. */
    CREDENTIAL_INVALID(true),
    /** The new credential belongs to another organization than the earlier one; the user has to confirm it. */
    OTHER_ORGANIZATION(false),
    /** The owner holds the credential back, so that nobody gets it. */
    HELD(false);

    private final boolean retryable;

    Reason(boolean retryable) {
        this.retryable = retryable;
    }

    /** The name on the wire, in lower case with underscores. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the user may succeed by trying again, without an administrator. */
    public boolean retryable() {
        return retryable;
    }
}
