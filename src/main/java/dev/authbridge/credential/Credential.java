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
 * A credential for the vendor's service, with all that is known about it. Immutable; its text form never shows the secret.
 *
 * <p>The constructor checks the shape of the secret, so whatever is read back from a store has been checked again.
 */
public final class Credential {
    private static final int LONGEST_LABEL = 80;

    private final CredentialKind kind;
    private final String secret;
    private final Instant madeAt;
    private final String label;
    private final Optional<CredentialCheck.Result> lastCheck;
    private final Optional<Integer> warnedDays;

    /**
     * A credential as a store has kept it.
     *
     * @throws Refusal {@code credential_invalid} if the secret cannot be one of this kind
     */
    public Credential(
            CredentialKind kind,
            String secret,
            Instant madeAt,
            String label,
            Optional<CredentialCheck.Result> lastCheck,
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

    private Credential(
            Credential other, String label, Optional<CredentialCheck.Result> lastCheck, Optional<Integer> warnedDays) {
        this.kind = other.kind;
        this.secret = other.secret;
        this.madeAt = other.madeAt;
        this.label = label;
        this.lastCheck = lastCheck;
        this.warnedDays = warnedDays;
    }

    /**
     * A new credential, about which nothing else is known.
     *
     * @param secret blanks around it are removed
     * @throws Refusal {@code credential_invalid} if the secret cannot be one of this kind
     */
    public static Credential of(CredentialKind kind, Secret secret, Instant madeAt) throws Refusal {
        return new Credential(kind, secret.reveal().strip(), madeAt, "", Optional.empty(), Optional.empty());
    }

    public Credential withLabel(String newLabel) {
        return new Credential(this, OneLine.of(newLabel, LONGEST_LABEL), lastCheck, warnedDays);
    }

    public Credential withCheck(CredentialCheck.Result result) {
        return new Credential(this, label, Optional.of(result), warnedDays);
    }

    /** @param days the last warning that was given, in days before the end */
    public Credential withWarning(int days) {
        return new Credential(this, label, lastCheck, Optional.of(days));
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

    /** The name that the owner has given it, in one line; empty if there is none. */
    public String label() {
        return label;
    }

    public Optional<CredentialCheck.Result> lastCheck() {
        return lastCheck;
    }

    /** The last warning that was given, in days before the end. */
    public Optional<Integer> warnedDays() {
        return warnedDays;
    }

    /** Whether it is the same credential, whatever has become known about it since. Compares in constant time. */
    public boolean sameAs(Credential other) {
        return madeAt.equals(other.madeAt)
                && MessageDigest.isEqual(secret.getBytes(UTF_8), other.secret.getBytes(UTF_8));
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
        return "Credential[" + kind.wireName() + ", " + fingerprint() + "]";
    }
}
