package dev.authbridge.core;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Random values that cannot be guessed: bytes, and names and keys in characters that need no escaping in a URL. May be used
 * from any thread.
 */
public final class RandomName {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomName() {}

    /** A new name of 22 characters, for something short-lived such as a login, so that a URL with it stays short. */
    public static String of128Bits() {
        return of(16);
    }

    /** A new name of 32 characters. */
    public static String of192Bits() {
        return of(24);
    }

    /** New random bytes, for a key or a nonce. */
    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String of(int count) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(count));
    }
}
