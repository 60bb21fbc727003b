package dev.authbridge.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Hashes;
import dev.authbridge.core.OneLine;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A credential for the vendor's service, with all that is known about it. Immutable; its text form never shows the secret.
 *
 * <p>The constructor checks the shape of the secret, so whatever is read back from a store has been checked again.
 */
public final class Credential {
    /** How long another organization's credential waits for the owner's word. */
    public static final Duration SUCCESSOR_WAITS = Duration.ofDays(1);

    private static final int LONGEST_LABEL = 80;

    private final CredentialKind kind;
    private final String secret;
    private final Instant madeAt;
    private final Known known;

    /**
     * What may become known about a credential after it was made.
     *
     * @param label the name that the owner has given it; empty if there is none
     * @param lastCheck the last answer of the service
     * @param warnedDays the last warning that was given, in days before the end
     * @param organization the short fingerprint of the organization to which it belongs
     * @param heldSince since when its owner holds it back, so that nobody gets it; empty if it is in use
     * @param successor a credential of another organization, which takes the place of this one if the owner says yes
     * @param further what a newer version of the bridge has kept with it, by name; it is kept and not looked at
     */
    public record Known(
            String label,
            Optional<CredentialCheck.Result> lastCheck,
            Optional<Integer> warnedDays,
            Optional<String> organization,
            Optional<Instant> heldSince,
            Optional<Credential> successor,
            Map<String, String> further) {
        public static final Known NOTHING = new Known(
                "", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

        public Known {
            label = OneLine.of(label, LONGEST_LABEL);
            Objects.requireNonNull(lastCheck);
            Objects.requireNonNull(warnedDays);
            Objects.requireNonNull(organization);
            Objects.requireNonNull(heldSince);
            Objects.requireNonNull(successor);
            further = Map.copyOf(further);
        }
    }

    /**
     * A credential as a store has kept it.
     *
     * @throws Refusal {@code credential_invalid} if the secret cannot be one of this kind
     */
    public Credential(CredentialKind kind, String secret, Instant madeAt, Known known) throws Refusal {
        this.kind = Objects.requireNonNull(kind);
        kind.requireShape(secret);
        this.secret = secret;
        this.madeAt = Objects.requireNonNull(madeAt);
        this.known = Objects.requireNonNull(known);
    }

    private Credential(Credential other, Known known) {
        this.kind = other.kind;
        this.secret = other.secret;
        this.madeAt = other.madeAt;
        this.known = known;
    }

    /**
     * A new credential, about which nothing else is known.
     *
     * @param secret blanks around it are removed
     * @throws Refusal {@code credential_invalid} if the secret cannot be one of this kind
     */
    public static Credential of(CredentialKind kind, Secret secret, Instant madeAt) throws Refusal {
        return new Credential(kind, secret.reveal().strip(), madeAt, Known.NOTHING);
    }

    public Credential withLabel(String label) {
        return with(label, known.lastCheck, known.warnedDays, known.organization, known.heldSince, known.successor);
    }

    /** The same with what the service has answered now. An answer that names no organization says nothing about it. */
    public Credential withCheck(CredentialCheck.Result result) {
        Optional<String> organization = result.organization().or(known::organization);
        return with(known.label, Optional.of(result), known.warnedDays, organization, known.heldSince, known.successor);
    }

    /** @param days the last warning that was given, in days before the end */
    public Credential withWarning(int days) {
        return with(
                known.label, known.lastCheck, Optional.of(days), known.organization, known.heldSince, known.successor);
    }

    /** @param since empty if it is in use again */
    public Credential heldSince(Optional<Instant> since) {
        return with(known.label, known.lastCheck, known.warnedDays, known.organization, since, known.successor);
    }

    /** @param successor a credential of another organization, which takes the place of this one if the owner says yes */
    public Credential withSuccessor(Optional<Credential> successor) {
        return with(known.label, known.lastCheck, known.warnedDays, known.organization, known.heldSince, successor);
    }

    private Credential with(
            String label,
            Optional<CredentialCheck.Result> lastCheck,
            Optional<Integer> warnedDays,
            Optional<String> organization,
            Optional<Instant> heldSince,
            Optional<Credential> successor) {
        return new Credential(
                this, new Known(label, lastCheck, warnedDays, organization, heldSince, successor, known.further));
    }

    public CredentialKind kind() {
        return kind;
    }

    /** The secret itself, only for the service that issued it and for the owner's own sandboxes. */
    public String reveal() {
        return secret;
    }

    public Instant madeAt() {
        return madeAt;
    }

    /** When the credential expires, estimated; empty if it never does. */
    public Optional<Instant> expiresAt() {
        return kind.lifetime().map(madeAt::plus);
    }

    public Known known() {
        return known;
    }

    /** The name that the owner has given it, in one line; empty if there is none. */
    public String label() {
        return known.label;
    }

    public Optional<CredentialCheck.Result> lastCheck() {
        return known.lastCheck;
    }

    /** The last warning that was given, in days before the end. */
    public Optional<Integer> warnedDays() {
        return known.warnedDays;
    }

    /** The short fingerprint of the organization to which it belongs; empty if the service has not named it. */
    public Optional<String> organization() {
        return known.organization;
    }

    /** Since when its owner holds it back; empty if it is in use. */
    public Optional<Instant> heldSince() {
        return known.heldSince;
    }

    /**
     * The credential of another organization that takes the place of this one if the owner says yes.
     *
     * @param now after a day it is no longer offered
     */
    public Optional<Credential> successor(Instant now) {
        return known.successor.filter(it -> now.isBefore(it.waitsUntil()));
    }

    /** Until when this one waits for the owner's word, if it is a successor. */
    Instant waitsUntil() {
        return madeAt.plus(SUCCESSOR_WAITS);
    }

    /** @throws Refusal {@code held} if its owner holds it back */
    public Credential requireInUse() throws Refusal {
        if (known.heldSince.isPresent()) {
            throw new Refusal(
                    Reason.HELD,
                    "The credential is held back: nobody gets it until its owner releases it, on the page or with"
                            + " the command: hold --release");
        }
        return this;
    }

    /** Whether it is known to belong to another organization than this other one. */
    boolean isOfOtherOrganizationThan(Credential other) {
        return known.organization.isPresent()
                && other.known.organization.isPresent()
                && !known.organization.equals(other.known.organization);
    }

    /** Whether it is the same credential, whatever has become known about it since. Compares in constant time. */
    public boolean sameAs(Credential other) {
        return madeAt.equals(other.madeAt) && hasSecretOf(other);
    }

    /** Whether it is the same for the service, whenever the bridge got it. Compares in constant time. */
    boolean hasSecretOf(Credential other) {
        return MessageDigest.isEqual(secret.getBytes(UTF_8), other.secret.getBytes(UTF_8));
    }

    /** 16 hexadecimal digits of a hash: enough to tell two credentials apart, without revealing the secret. */
    public String fingerprint() {
        byte[] hash = Hashes.sha256("claude-auth-bridge fingerprint", secret.getBytes(UTF_8));
        return HexFormat.of().formatHex(hash, 0, 8).replaceAll("(.{4})(?!$)", "$1-");
    }

    /** How the environment of a sandbox has to be changed so that a program in it uses this credential and no other. */
    public SandboxVariables sandboxVariables() {
        return kind.sandboxVariables(secret);
    }

    public CredentialSummary summary() {
        return new CredentialSummary(kind.wireName(), madeAt, expiresAt(), fingerprint());
    }

    @Override
    public String toString() {
        return kind.wireName() + " " + fingerprint();
    }
}
