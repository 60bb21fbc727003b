package dev.authbridge.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Hashes;
import dev.authbridge.core.OneLine;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * What lets a sandbox use the vendor's service, with all that is known about it. Immutable; its text form never shows the secret.
 *
 * <p>Made only in shapes that a credential can have, so whatever is read back from a vault has been checked again.
 */
public final class Credential {
    private static final int LONGEST_LABEL = 80;

    private final CredentialKind kind;
    private final String secret;
    private final Instant madeAt;
    private final String label;
    private final Optional<CheckResult> lastCheck;
    private final Optional<Integer> warnedDays;

    /**
     * All that is known of it, as a store has kept it.
     *
     * @throws Refusal {@code credential_invalid} for what cannot be a secret of this kind
     */
    public Credential(
            CredentialKind kind,
            String secret,
            Instant madeAt,
            String label,
            Optional<CheckResult> lastCheck,
            Optional<Integer> warnedDays)
            throws Refusal {
        this.kind = Objects.requireNonNull(kind);
        kind.requireShape(secret);
        this.secret = secret;
        this.madeAt = Objects.requireNonNull(madeAt);
        this.label = OneLine.of(label, LONGEST_LABEL);
        this.lastCheck = Objects.requireNonNull(lastCheck);
        this.warnedDays = Objects.requireNonNull(warnedDays);
    }

    private Credential(Credential other, String label, Optional<CheckResult> lastCheck, Optional<Integer> warnedDays) {
        this.kind = other.kind;
        this.secret = other.secret;
        this.madeAt = other.madeAt;
        this.label = label;
        this.lastCheck = lastCheck;
        this.warnedDays = warnedDays;
    }

    /**
     * A new credential of which nothing else is known.
     *
     * @param secret blanks around it are taken off
     * @throws Refusal {@code credential_invalid} for what cannot be a secret of this kind
     */
    public static Credential of(CredentialKind kind, Secret secret, Instant madeAt) throws Refusal {
        return new Credential(kind, secret.reveal().strip(), madeAt, "", Optional.empty(), Optional.empty());
    }

    public Credential withLabel(String newLabel) {
        return new Credential(this, OneLine.of(newLabel, LONGEST_LABEL), lastCheck, warnedDays);
    }

    public Credential withCheck(CheckResult result) {
        return new Credential(this, label, Optional.of(result), warnedDays);
    }

    /** @param days the warning that was given last, in days before the end */
    public Credential withWarning(int days) {
        return new Credential(this, label, lastCheck, Optional.of(days));
    }

    public CredentialKind kind() {
        return kind;
    }

    /** The secret itself: for the service that issued it and for the owner's own sandboxes, for nobody else. */
    public String reveal() {
        return secret;
    }

    public Instant madeAt() {
        return madeAt;
    }

    /** When it ends, estimated; empty for one without an end. */
    public Optional<Instant> expiresAt() {
        return kind.lifetime().map(madeAt::plus);
    }

    /** The owner's own word for it, one line; empty where there is none. */
    public String label() {
        return label;
    }

    public Optional<CheckResult> lastCheck() {
        return lastCheck;
    }

    /** The warning that was given last, in days before the end. */
    public Optional<Integer> warnedDays() {
        return warnedDays;
    }

    /** Whether it is the same credential, whatever was learned about it since; compared in constant time. */
    public boolean sameAs(Credential other) {
        return madeAt.equals(other.madeAt)
                && MessageDigest.isEqual(secret.getBytes(UTF_8), other.secret.getBytes(UTF_8));
    }

    /** 16 hexadecimal digits of a hash: enough to tell two credentials apart, and no way back to the secret. */
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
        return "Credential[" + kind.wireName() + ", " + fingerprint() + "]";
    }
}
