package dev.authbridge.core;

import java.util.Locale;

/**
 * Why something did not work, in the words that programs read.
 *
 * <p>The names are part of the contract: they stand in {@code claude.auth.error} and in every problem document.
 */
public enum Reason {
    /** Logins are switched off by the configuration. */
    DISABLED(false),
    /** No key, a wrong key, or a key without the scope that is asked for. */
    UNAUTHORIZED(false),
    /** The message or request is not one that the contract knows. */
    BAD_MESSAGE(false),
    /** There is no CLI to run. */
    CLI_NOT_FOUND(false),
    /** The CLI ended, or broke, without saying why. */
    CLI_FAILED(true),
    /** As many logins are open as the server may have. */
    BUSY(true),
    /** Too many tries in a short time. */
    RATE_LIMITED(true),
    /** What was pasted is no whole authorization code. */
    CODE_INCOMPLETE(true),
    /** The authorization code belongs to another sign-in link. */
    CODE_STALE(true),
    /** The sign-in service did not accept the authorization code. */
    CODE_REJECTED(true),
    /** The sign-in service could not be reached. */
    NETWORK(true),
    /** The login, or one of its steps, took longer than it may. */
    TIMED_OUT(true),
    /** The owner ended the login. */
    CANCELLED(true),
    /** The credential could not be written or read. */
    STORAGE_FAILED(true),
    /** The CLI shows something that the bridge does not know. */
    UNKNOWN_SCREEN(true),
    /** There is no credential. */
    SIGNED_OUT(true),
    /** The service refuses the credential. */
    CREDENTIAL_INVALID(true);

    private final boolean retryable;

    Reason(boolean retryable) {
        this.retryable = retryable;
    }

    /** The name on the wire, in lower case with underscores. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the person can do something about it by trying again, without an administrator. */
    public boolean retryable() {
        return retryable;
    }
}
