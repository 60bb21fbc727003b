package dev.authbridge.core;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The facts about a credential that may be shown; never the secret itself.
 *
 * @param method how the owner is signed in, by its name on the wire: {@code oauth_token} or {@code api_key}
 * @param madeAt when the bridge got it
 * @param expiresAt when it expires, estimated from the vendor's statement "valid for 1 year"; empty if it never does (API keys)
 * @param fingerprint the start of a hash of the secret, enough to tell two credentials apart
 */
public record CredentialSummary(String method, Instant madeAt, Optional<Instant> expiresAt, String fingerprint) {
    public CredentialSummary {
        Objects.requireNonNull(method);
        Objects.requireNonNull(madeAt);
        Objects.requireNonNull(expiresAt);
        Objects.requireNonNull(fingerprint);
    }
}
