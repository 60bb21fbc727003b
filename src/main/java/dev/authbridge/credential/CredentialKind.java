package dev.authbridge.credential;

import dev.authbridge.core.Refusal;
import java.time.Duration;
import java.util.Optional;

/**
 * What sets one kind of credential apart from the others: its shape, its end, the page on which it is revoked, and what a
 * sandbox gets of it. The kinds themselves are the vendor's, and so are in the vendor's package.
 */
public interface CredentialKind {
    /** The contract's name for what a sign-in wins. */
    String SIGN_IN_TOKEN = "oauth_token";

    /** The contract's name for a key from the vendor's console. */
    String API_KEY = "api_key";

    /** The name in files and on the wire, in lower case with underscores. */
    String wireName();

    /** How long it is good from the time it was made, estimated; empty where it has no end. */
    Optional<Duration> lifetime();

    /** The vendor's page on which its owner revokes it; deleting it here does not. */
    String revocationPage();

    /**
     * Checks what can be checked without asking anybody.
     *
     * @throws Refusal {@code credential_invalid}, saying what is wrong with the secret and repeating nothing of it
     */
    void requireShape(String secret) throws Refusal;

    /** How the environment of a sandbox has to be changed so that a program in it uses this secret and no other. */
    SandboxVariables sandboxVariables(String secret);
}
