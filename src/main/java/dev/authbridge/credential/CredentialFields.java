package dev.authbridge.credential;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Problem;
import dev.authbridge.credential.SeenCredentials.Ambient;
import dev.authbridge.credential.SeenCredentials.Setting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What may be told of credentials. The components are fields by the names of the contract: the same over the WebSocket, over REST
 * and by the commands.
 */
public sealed interface CredentialFields {
    /**
     * The credential that is kept. A login that has just ended tells the first five only.
     *
     * @param expiresAtEstimated true wherever there is an {@code expiresAt}
     * @param organization the short fingerprint of the organization to which it belongs
     * @param heldSince since when its owner holds it back
     * @param otherOrganization what waits for the owner's word
     */
    record Kept(
            String method,
            Optional<Instant> expiresAt,
            Optional<Boolean> expiresAtEstimated,
            String fingerprint,
            Instant madeAt,
            Optional<String> source,
            Optional<String> label,
            Optional<String> validity,
            Optional<String> said,
            Optional<Instant> checkedAt,
            Optional<Instant> lastUsed,
            Optional<Integer> warning,
            Optional<String> organization,
            Optional<Instant> heldSince,
            Optional<Waiting> otherOrganization)
            implements CredentialFields {}

    /**
     * A credential of another organization, which takes the place of the one that is kept if the owner says yes.
     *
     * @param organization the short fingerprint of its organization
     * @param until when it is thrown away without an answer
     */
    record Waiting(String method, String fingerprint, String organization, Instant until) {}

    /**
     * A credential that is kept and cannot be read.
     *
     * @param error what is wrong and what to do, in one sentence
     */
    record Unreadable(String state, String reason, String error) implements CredentialFields {}

    /**
     * One of the other credentials on the machine, or a setting in the way of one.
     *
     * @param file where the setting is
     * @param entry the name of the setting
     * @param advice what to do about it; missing if it does not matter to the credential that is kept
     */
    record Other(
            String source,
            String method,
            Optional<Instant> expiresAt,
            Optional<String> file,
            Optional<String> entry,
            Optional<String> advice) {
        private static Other of(Ambient other, boolean inTheWay) {
            return new Other(
                    other.source(),
                    other.method(),
                    other.expiresAt(),
                    other.setting().map(Setting::file),
                    other.setting().map(Setting::entry).filter(name -> !name.isEmpty()),
                    other.setting().map(Setting::advice).filter(advice -> inTheWay));
        }
    }

    /** The other credentials on the machine, and which one the CLI uses. */
    record Others(
            List<Other> found, boolean conflict, Optional<String> usedByHand, Optional<String> usedThroughBridge) {}

    static CredentialFields of(CredentialSummary credential) {
        return new Kept(
                credential.method(),
                credential.expiresAt(),
                credential.expiresAt().map(end -> true),
                credential.fingerprint(),
                credential.madeAt(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static CredentialFields of(CredentialStatus credential) {
        CredentialSummary summary = credential.summary();
        return new Kept(
                summary.method(),
                summary.expiresAt(),
                summary.expiresAt().map(end -> true),
                summary.fingerprint(),
                summary.madeAt(),
                Optional.of(SeenCredentials.BRIDGE),
                Optional.of(credential.label()).filter(label -> !label.isEmpty()),
                Optional.of(credential.validity().wireName()),
                credential.lastCheck().map(CredentialCheck.Result::said),
                credential.lastCheck().map(CredentialCheck.Result::checkedAt),
                credential.lastUsed(),
                credential.warning(),
                credential.organization(),
                credential.heldSince(),
                credential
                        .successor()
                        .map(waiting -> new Waiting(
                                waiting.summary().method(),
                                waiting.summary().fingerprint(),
                                waiting.organization(),
                                waiting.until())));
    }

    /** The one that is kept, also where it cannot be read: then {@code state} says so, and {@code error} what to do. */
    static Optional<CredentialFields> kept(SeenCredentials seen) {
        return seen.unreadable().map(CredentialFields::of).or(() -> seen.kept().map(CredentialFields::of));
    }

    /** The others on the machine, whether there are any or not. */
    static Others others(SeenCredentials seen) {
        List<Ambient> inTheWay = seen.inTheWay();
        List<Other> found = seen.ambient().stream()
                .map(other -> Other.of(other, inTheWay.contains(other)))
                .toList();
        return new Others(found, seen.conflict(), seen.usedByHand(), seen.usedThroughBridge());
    }

    private static CredentialFields of(Problem why) {
        return new Unreadable("unreadable", why.reason().wireName(), why.message());
    }
}
