package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Hashes;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.RandomName;
import dev.authbridge.core.Reason;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An access key. The server knows only the hash of a key.
 *
 * @param owner to whose login and credential it gives access
 * @param sha256 the SHA-256 of the key, in lower-case hexadecimal
 * @param scopes what its bearer may do
 */
public record AccessKey(Owner owner, String sha256, Set<Scope> scopes) {
    /** Three parts, or five if it is encrypted (RFC 7515, 7516); the first is a JSON object in Base64. */
    private static final Pattern JSON_WEB_TOKEN =
            Pattern.compile("(?:ey[AJ]|ew[ok0])[\\w-]*+\\.[\\w-]*+\\.[\\w-]*+(?:\\.[\\w-]*+\\.[\\w-]*+)?");

    /** What a key allows its bearer to do. */
    public enum Scope {
        /** To sign in and out, and to see the status. */
        LOGIN,
        /** To read the credential itself, for a sandbox. */
        READ_CREDENTIAL;

        /** The name in the keys file, in lower case with hyphens. */
        public String fileName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** What the bearer of a key is told that lacks this scope. */
        public Problem lacking() {
            return new Problem(Reason.UNAUTHORIZED, "That access key lacks the scope " + fileName() + ".");
        }
    }

    public AccessKey {
        scopes = Set.copyOf(scopes);
    }

    public static AccessKey of(Owner owner, String key, Set<Scope> scopes) {
        return new AccessKey(owner, sha256(key), scopes);
    }

    /**
     * Whether a text may be an access key, going by its shape. A JSON Web Token, signed or encrypted, is not one: proxies send them
     * in the same header.
     */
    public static boolean hasShape(String text) {
        return !text.isEmpty()
                && text.length() <= GuessableKey.LONGEST
                && !JSON_WEB_TOKEN.matcher(text).matches();
    }

    /** A new random key, in characters that need no escaping in a URL. */
    public static String random() {
        return RandomName.of192Bits();
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** In lower-case hexadecimal. */
    static String sha256(String key) {
        return HexFormat.of().formatHex(Hashes.sha256(key.getBytes(UTF_8)));
    }

    @Override
    public String toString() {
        return "AccessKey[" + owner + ", " + scopes + "]";
    }
}
