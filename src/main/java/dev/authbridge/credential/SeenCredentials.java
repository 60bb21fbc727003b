package dev.authbridge.credential;

import dev.authbridge.core.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The credential that the bridge keeps for an owner, beside those that were there before.
 *
 * @param kept the one that is kept and can be read
 * @param unreadable why the one that is kept cannot be read, and the way out; empty where it can, and where there is none
 * @param ambient the others, the one that wins among them first
 */
public record SeenCredentials(
        Optional<CredentialStatus> kept, Optional<Problem> unreadable, List<AmbientCredential> ambient) {
    /** The source of the credential that the bridge keeps. */
    public static final String BRIDGE = "bridge";

    /** Nothing anywhere. */
    public static final SeenCredentials NONE = new SeenCredentials(Optional.empty(), Optional.empty(), List.of());

    public SeenCredentials {
        Objects.requireNonNull(kept);
        Objects.requireNonNull(unreadable);
        ambient = List.copyOf(ambient);
    }

    /** Whether there are two, so that it matters how the CLI is started. */
    public boolean conflict() {
        return ambient.size() + (kept.isPresent() ? 1 : 0) > 1;
    }

    /** The credential that the CLI uses if somebody starts it on this machine by hand; it does not look into the store. */
    public Optional<String> usedByHand() {
        return ambient.stream().findFirst().map(AmbientCredential::source);
    }

    /** The credential that the CLI uses if the bridge starts it, or if it gets its variables from the bridge. */
    public Optional<String> usedThroughBridge() {
        return kept.map(status -> BRIDGE);
    }
}
