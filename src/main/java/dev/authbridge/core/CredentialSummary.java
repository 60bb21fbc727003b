package dev.authbridge.core;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What may be told about a credential.
 *
 * @param method how the owner is signed in, by its name on the wire: {@code oauth_token} or {@code api_key}
 * @param madeAt when the bridge got it
 * @param expiresAt when it ends, estimated from the vendor's word "valid for 1 year"; empty where it has no end (API keys)
 * @param fingerprint of a hash of the secret, never its own characters: enough to tell two credentials apart
 */
public record CredentialSummary(String method, Instant madeAt, Optional<Instant> expiresAt, String fingerprint) {
    public CredentialSummary {
        Objects.requireNonNull(method);
        Objects.requireNonNull(madeAt);
        Objects.requireNonNull(expiresAt);
        Objects.requireNonNull(fingerprint);
    }
}
