package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Hashes;
import dev.authbridge.core.Owner;
import dev.authbridge.core.RandomName;
import java.security.MessageDigest;
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
    public AccessKey {
        scopes = Set.copyOf(scopes);
    }

    public static AccessKey of(Owner owner, String key, Set<Scope> scopes) {
        return new AccessKey(owner, HexFormat.of().formatHex(sha256(key)), scopes);
    }

    /** A new key that nobody can guess, in characters that need no escaping in an address. */
    public static String random() {
        return RandomName.of192Bits();
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** Compares in constant time, by hashes, so that neither length nor content shows in the time it takes. */
    boolean isFor(byte[] sha256OfKey) {
        return MessageDigest.isEqual(HexFormat.of().parseHex(sha256), sha256OfKey);
    }

    static byte[] sha256(String key) {
        return Hashes.sha256(key.getBytes(UTF_8));
    }

    @Override
    public String toString() {
        return "AccessKey[" + owner + ", " + scopes + "]";
    }
}
