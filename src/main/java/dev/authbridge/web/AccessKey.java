package dev.authbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Owner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * One access key as the server knows it: by its hash only.
 *
 * @param owner whose logins and credential it opens
 * @param sha256 the key's SHA-256 in lower-case hexadecimal
 * @param scopes what its bearer may do
 */
public record AccessKey(Owner owner, String sha256, Set<Scope> scopes) {
    /** More than can be guessed: 192 bits. */
    private static final int RANDOM_BYTES = 24;

    public AccessKey {
        scopes = Set.copyOf(scopes);
    }

    public static AccessKey of(Owner owner, String key, Set<Scope> scopes) {
        return new AccessKey(owner, HexFormat.of().formatHex(sha256(key)), scopes);
    }

    /** A new key that nobody can guess, in characters that need no escaping in an address. */
    public static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** Compares in constant time, by hashes, so that neither length nor content shows in the time it takes. */
    boolean isFor(byte[] sha256OfKey) {
        return MessageDigest.isEqual(HexFormat.of().parseHex(sha256), sha256OfKey);
    }

    static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "AccessKey[" + owner + ", " + scopes + "]";
    }
}
