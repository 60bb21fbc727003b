package dev.authbridge.credential;

import dev.authbridge.core.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The credential that the bridge keeps for an owner, and the others on this machine.
 *
 * @param kept the status of the credential that is kept; empty if there is none, or if it cannot be read
 * @param unreadable why the credential that is kept cannot be read, and what to do; empty if it can, or if there is none
 * @param ambient the others; the one that takes precedence among them comes first
 */
public record SeenCredentials(Optional<CredentialStatus> kept, Optional<Problem> unreadable, List<Ambient> ambient) {
    /**
     * A credential on this machine that the bridge does not keep. It is only looked at, never changed, and nothing of it is
     * kept.
     *
     * @param source where it was found, by its name on the wire
     * @param method what it is, by the wire name of its {@link CredentialKind}
     * @param expiresAt when it expires, if the place where it was found says so
     */
    public record Ambient(String source, String method, Optional<Instant> expiresAt) {
        public Ambient {
            Objects.requireNonNull(source);
            Objects.requireNonNull(method);
            Objects.requireNonNull(expiresAt);
        }
    }

    /** The source of the credential that the bridge keeps. */
    public static final String BRIDGE = "bridge";

    /** No credential anywhere. */
    public static final SeenCredentials NONE = new SeenCredentials(Optional.empty(), Optional.empty(), List.of());

    public SeenCredentials {
        Objects.requireNonNull(kept);
        Objects.requireNonNull(unreadable);
        ambient = List.copyOf(ambient);
    }

    /** Whether there are several, so that it depends on how the CLI is started which one it uses. */
    public boolean conflict() {
        return ambient.size() + (kept.isPresent() ? 1 : 0) > 1;
    }

    /** The source of the credential that the CLI uses if somebody starts it on this machine by hand: it knows nothing of the store. */
    public Optional<String> usedByHand() {
        return ambient.stream().findFirst().map(Ambient::source);
    }

    /** The source of the credential that the CLI uses if the bridge starts it, or gives it its variables. */
    public Optional<String> usedThroughBridge() {
        return kept.map(status -> BRIDGE);
    }
}
