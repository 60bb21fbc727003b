package dev.authbridge.support;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credential;
import java.time.Instant;

/** Invented secrets in the format of real ones. */
public final class Secrets {
    public static final Instant MADE = Instant.parse("2026-03-01T12:00:00.123456Z");

    private Secrets() {}

    /** A token of 108 characters, as the CLI shows it; the same number gives the same token. */
    public static Secret token(int number) {
        return new Secret("sk-ant-oat01-" + "%090d".formatted(number) + "-AbCd");
    }

    public static String apiKey(int number) {
        return "sk-ant-api03-" + "%091d".formatted(number) + "AA";
    }

    public static Credential credential(int number) {
        try {
            return ClaudeCredential.token(token(number), MADE);
        } catch (Refusal e) {
            throw new AssertionError(e);
        }
    }
}
