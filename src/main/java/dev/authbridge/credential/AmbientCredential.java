package dev.authbridge.credential;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A credential that was there before the bridge. Only looked at, never changed, and nothing of it is kept.
 *
 * @param source where it was found, by its name on the wire
 * @param method what it is, by the wire name of its {@link CredentialKind}
 * @param expiresAt when it ends, where its place says so
 */
public record AmbientCredential(String source, String method, Optional<Instant> expiresAt) {
    public AmbientCredential {
        Objects.requireNonNull(source);
        Objects.requireNonNull(method);
        Objects.requireNonNull(expiresAt);
    }
}
