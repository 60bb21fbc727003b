package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Owner;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cookies of browser sessions: {@code owner.end.signature}.
 *
 * <p>The signature (HMAC-SHA256) covers the hash of the access key with which the session was opened. So a session survives
 * a restart of the server, and ends with its key. No script can read the cookie, and no other site can have it sent.
 */
public final class SessionCookies {
    static final Duration LIFETIME = Duration.ofDays(30);

    private static final int LONGEST = 256;

    private final byte[] signingKey;
    private final AccessKeys keys;
    private final InstantSource clock;

    public SessionCookies(byte[] signingKey, AccessKeys keys, InstantSource clock) {
        this.signingKey = signingKey.clone();
        this.keys = keys;
        this.clock = clock;
    }

    /** With the prefix, browsers refuse the cookie from plain HTTP, from another host, and for a narrower path. */
    public static String name(boolean secure) {
        return secure ? "__Host-claude-auth" : "claude-auth";
    }

    /** The {@code Set-Cookie} header that opens a session. */
    public String open(AccessKey key, boolean secure) {
        long end = clock.instant().plus(LIFETIME).getEpochSecond();
        String value = key.owner().name().replace('.', '!') + "." + end + "." + signature(key, end);
        return header(name(secure), value, LIFETIME, secure);
    }

    /** The {@code Set-Cookie} header that ends a session. */
    public static String close(boolean secure) {
        return header(name(secure), "", Duration.ZERO, secure);
    }

    /** The access key with which the session was opened; empty if the key or the session is no longer valid. */
    Optional<AccessKey> read(String value) {
        String[] parts = value.length() > LONGEST ? new String[0] : value.split("\\.", -1);
        if (parts.length != 3 || !parts[1].matches("[0-9]{1,12}")) {
            return Optional.empty();
        }
        String owner = parts[0].replace('!', '.');
        long end = Long.parseLong(parts[1]);
        if (!Owner.isName(owner) || !clock.instant().isBefore(Instant.ofEpochSecond(end))) {
            return Optional.empty();
        }
        byte[] given = parts[2].getBytes(UTF_8);
        return keys.of(new Owner(owner)).stream()
                .filter(key -> MessageDigest.isEqual(signature(key, end).getBytes(UTF_8), given))
                .findFirst();
    }

    /** A {@code Set-Cookie} header with a value that no script can read and no other site can have sent. */
    public static String header(String name, String value, Duration maxAge, boolean secure) {
        return name + "=" + value + "; Path=/; Max-Age=" + maxAge.toSeconds() + "; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }

    private String signature(AccessKey key, long end) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(signingKey, "HmacSHA256"));
            byte[] signature = mac.doFinal((key.owner() + "\n" + end + "\n" + key.sha256()).getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
