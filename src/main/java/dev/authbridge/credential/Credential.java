package dev.authbridge.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.CredentialMethod;
import dev.authbridge.login.CredentialSummary;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * What lets a sandbox use Claude, with all that is known about it. Immutable; its text form never shows the secret.
 *
 * <p>Made only in shapes that a credential can have, so whatever is read back from a vault has been checked again.
 */
public final class Credential {
    /** The vendor says "valid for 1 year" and shows no date, so the end is an estimate. */
    public static final Duration TOKEN_LIFETIME = Duration.ofDays(365);

    private static final int LONGEST_LABEL = 80;

    private final CredentialMethod method;
    private final String secret;
    private final Instant madeAt;
    private final String label;
    private final Optional<CheckResult> lastCheck;
    private final Optional<Integer> warnedDays;

    Credential(
            CredentialMethod method,
            String secret,
            Instant madeAt,
            String label,
            Optional<CheckResult> lastCheck,
            Optional<Integer> warnedDays)
            throws Refusal {
        this.method = Objects.requireNonNull(method);
        this.secret = SecretShape.require(method, secret);
        this.madeAt = Objects.requireNonNull(madeAt);
        this.label = OneLine.of(label, LONGEST_LABEL);
        this.lastCheck = Objects.requireNonNull(lastCheck);
        this.warnedDays = Objects.requireNonNull(warnedDays);
    }

    private Credential(Credential other, String label, Optional<CheckResult> lastCheck, Optional<Integer> warnedDays) {
        this.method = other.method;
        this.secret = other.secret;
        this.madeAt = other.madeAt;
        this.label = label;
        this.lastCheck = lastCheck;
        this.warnedDays = warnedDays;
    }

    /** @throws Refusal {@code credential_invalid} for what cannot be an access token */
    public static Credential of(Secret token, Instant madeAt) throws Refusal {
        return new Credential(
                CredentialMethod.OAUTH_TOKEN, token.reveal(), madeAt, "", Optional.empty(), Optional.empty());
    }

    /** @throws Refusal {@code credential_invalid} for what cannot be an API key; blanks around it are taken off */
    public static Credential ofApiKey(String pasted, Instant madeAt) throws Refusal {
        return new Credential(CredentialMethod.API_KEY, pasted.strip(), madeAt, "", Optional.empty(), Optional.empty());
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

    public CredentialMethod method() {
        return method;
    }

    /** The secret itself: for the service that issued it and for the owner's own sandboxes, for nobody else. */
    public String reveal() {
        return secret;
    }

    public Instant madeAt() {
        return madeAt;
    }

    /** When it ends, estimated; empty for API keys, which have no end. */
    public Optional<Instant> expiresAt() {
        return method == CredentialMethod.OAUTH_TOKEN ? Optional.of(madeAt.plus(TOKEN_LIFETIME)) : Optional.empty();
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

    public CredentialSummary summary() {
        return new CredentialSummary(method, madeAt, expiresAt(), fingerprint());
    }

    @Override
    public String toString() {
        return "Credential[" + method.wireName() + ", " + fingerprint() + "]";
    }
}
