package dev.authbridge.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** SHA-256. */
public final class Hashes {
    private Hashes() {}

    /** The plain SHA-256 hash of the content. */
    public static byte[] sha256(byte[] content) {
        return digest().digest(content);
    }

    /** A hash for one purpose: it differs from the plain hash, and from one for any other purpose. */
    public static byte[] sha256(String purpose, byte[] content) {
        MessageDigest digest = digest();
        digest.update(purpose.getBytes(UTF_8));
        digest.update((byte) 0);
        return digest.digest(content);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
