package dev.authbridge.core;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * The source of everything that nobody may guess: bytes, and names and keys in characters that need no escaping in an
 * address. May be used from any thread.
 */
public final class RandomName {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomName() {}

    /** A new one for what is soon over, such as a login: 22 characters, so that an address with it stays short. */
    public static String of128Bits() {
        return of(16);
    }

    /** A new one, in 32 characters. */
    public static String of192Bits() {
        return of(24);
    }

    /** New ones, for a key or a nonce. */
    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String of(int count) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(count));
    }
}
