package dev.authbridge.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** Hashes that cannot be mistaken for one another, since each names what it is for. */
public final class Hashes {
    private Hashes() {}

    public static byte[] sha256(String purpose, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(purpose.getBytes(UTF_8));
            digest.update((byte) 0);
            return digest.digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
