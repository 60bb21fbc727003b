package dev.authbridge.credential;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.credential.CredentialCheck.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that may be told about a credential to its owner.
 *
 * @param summary what it is and when it expires
 * @param revocationPage the vendor's page on which its owner revokes it
 * @param label the name that the owner has given it; empty if there is none
 * @param lastCheck the last answer of the service; empty if it was never asked
 * @param lastUsed when it was last handed over; empty if it never was
 * @param warning how near the end is: 30, 7 or 1 for that many days or fewer, 0 once it has passed; empty before that
 * @param warnedDays the last warning that was given, in the same days; empty if none was
 * @param organization the short fingerprint of the organization to which it belongs; empty if the service has not named it
 * @param heldSince since when its owner holds it back; empty if it is in use
 * @param successor a credential of another organization that waits for the owner's word
 */
public record CredentialStatus(
        CredentialSummary summary,
        String revocationPage,
        String label,
        Optional<CredentialCheck.Result> lastCheck,
        Optional<Instant> lastUsed,
        Optional<Integer> warning,
        Optional<Integer> warnedDays,
        Optional<String> organization,
        Optional<Instant> heldSince,
        Optional<Successor> successor) {
    /** The days before the end at which the owner is warned; 0 is the end itself. */
    private static final List<Integer> WARNING_DAYS = List.of(0, 1, 7, 30);

    /**
     * A credential of another organization that takes the place of this one if the owner says yes.
     *
     * @param summary what it is
     * @param organization the short fingerprint of its organization
     * @param until when it is thrown away without an answer
     */
    public record Successor(CredentialSummary summary, String organization, Instant until) {
        private static Successor of(Credential credential) {
            return new Successor(credential.summary(), credential.organization().orElse(""), credential.waitsUntil());
        }
    }

    public CredentialStatus {
        Objects.requireNonNull(summary);
        Objects.requireNonNull(revocationPage);
        Objects.requireNonNull(label);
        Objects.requireNonNull(lastCheck);
        Objects.requireNonNull(lastUsed);
        Objects.requireNonNull(warning);
        Objects.requireNonNull(warnedDays);
        Objects.requireNonNull(organization);
        Objects.requireNonNull(heldSince);
        Objects.requireNonNull(successor);
    }

    static CredentialStatus of(Credential credential, Optional<Instant> lastUsed, Instant now) {
        return new CredentialStatus(
                credential.summary(),
                credential.kind().revocationPage(),
                credential.label(),
                credential.lastCheck(),
                // An earlier use was that of an earlier credential.
                lastUsed.filter(used -> !used.isBefore(credential.madeAt())),
                warning(credential.expiresAt(), now),
                credential.warnedDays(),
                credential.organization(),
                credential.heldSince(),
                credential.known().successor().map(Successor::of));
    }

    public Validity validity() {
        return lastCheck.map(CredentialCheck.Result::validity).orElse(Validity.UNKNOWN);
    }

    /** The status at another time, on which only the warning depends. */
    CredentialStatus at(Instant now) {
        return with(lastUsed, warning(summary.expiresAt(), now));
    }

    private CredentialStatus with(Optional<Instant> used, Optional<Integer> days) {
        return new CredentialStatus(
                summary, revocationPage, label, lastCheck, used, days, warnedDays, organization, heldSince, successor);
    }

    /** The smallest warning that applies; empty while the end is further away, or where there is no end. */
    private static Optional<Integer> warning(Optional<Instant> expiresAt, Instant now) {
        return expiresAt.map(end -> Duration.between(now, end)).flatMap(left -> WARNING_DAYS.stream()
                .filter(days -> left.compareTo(Duration.ofDays(days)) <= 0)
                .findFirst());
    }

    /** The warning that has to be given now; empty where it, or a more urgent one, was given already. */
    Optional<Integer> dueWarning() {
        return warning.filter(days -> warnedDays.isEmpty() || days < warnedDays.get());
    }

    CredentialStatus usedAt(Instant now) {
        return with(Optional.of(now), warning);
    }

    /** Whether the owner need not be told of the difference at once, such as a check with the same result, or one more use. */
    boolean looksLike(CredentialStatus other) {
        return summary.equals(other.summary)
                && label.equals(other.label)
                && validity() == other.validity()
                && lastCheck.isPresent() == other.lastCheck.isPresent()
                && warnedDays.equals(other.warnedDays)
                && organization.equals(other.organization)
                && heldSince.equals(other.heldSince)
                && successor.equals(other.successor);
    }
}
