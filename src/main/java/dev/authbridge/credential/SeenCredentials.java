package dev.authbridge.credential;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The bridge's credential of an owner beside those that were there before.
 *
 * @param kept the one in the vault
 * @param ambient the others, the one that wins among them first
 */
public record SeenCredentials(Optional<CredentialStatus> kept, List<AmbientCredential> ambient) {
    /** The source of the credential that the bridge keeps. */
    public static final String BRIDGE = "bridge";

    public SeenCredentials {
        Objects.requireNonNull(kept);
        ambient = List.copyOf(ambient);
    }

    /** Whether there are two, so that it matters how a Claude is started. */
    public boolean conflict() {
        return ambient.size() + (kept.isPresent() ? 1 : 0) > 1;
    }

    /** What a Claude uses that is started on this machine by hand. The vault is not in its sight. */
    public Optional<String> usedByHand() {
        return ambient.stream().findFirst().map(AmbientCredential::source);
    }

    /** What a Claude uses that the bridge starts, or that gets its variables from the bridge. */
    public Optional<String> usedThroughBridge() {
        return kept.map(status -> BRIDGE);
    }
}
