package dev.authbridge.credential;

import dev.authbridge.login.CredentialMethod;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A credential that was there before the bridge. Only looked at, never changed, and nothing of it is kept.
 *
 * @param source where it was found
 * @param method what it is
 * @param expiresAt when it ends, where its place says so
 */
public record AmbientCredential(CredentialSource source, CredentialMethod method, Optional<Instant> expiresAt) {
    public AmbientCredential {
        Objects.requireNonNull(source);
        Objects.requireNonNull(method);
        Objects.requireNonNull(expiresAt);
    }
}
