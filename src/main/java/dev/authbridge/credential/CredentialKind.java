package dev.authbridge.credential;

import dev.authbridge.core.Refusal;
import java.time.Duration;
import java.util.Optional;

/**
 * A kind of credential: its shape, its lifetime, the page on which it is revoked, and how a sandbox uses it. The kinds
 * themselves are the vendor's, and so are in the vendor's package.
 */
public interface CredentialKind {
    /** The contract's name for the token from a sign-in. */
    String SIGN_IN_TOKEN = "oauth_token";

    /** The contract's name for a key from the vendor's console. */
    String API_KEY = "api_key";

    /** The name in files and on the wire, in lower case with underscores. */
    String wireName();

    /** How long such a credential is valid once it was made, estimated; empty if it never expires. */
    Optional<Duration> lifetime();

    /** The vendor's page on which the owner revokes such a credential; deleting it here does not revoke it. */
    String revocationPage();

    /**
     * Finds the secret in what somebody pasted, with whatever people copy along with it.
     *
     * @throws Refusal {@code credential_invalid} if it is not clear which part is meant
     */
    String secretIn(String pasted) throws Refusal;

    /**
     * Checks what can be checked without asking the service.
     *
     * @throws Refusal {@code credential_invalid} with what is wrong, without any part of the secret
     */
    void requireShape(String secret) throws Refusal;

    /** How the environment of a sandbox has to be changed so that a program in it uses this secret and no other. */
    SandboxVariables sandboxVariables(String secret);
}
