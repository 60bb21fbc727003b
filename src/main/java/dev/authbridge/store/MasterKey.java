package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Hashes;
import dev.authbridge.core.RandomName;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** 32 random bytes from which every other key is derived. Immutable; its text form shows only its id. */
public final class MasterKey {
    private static final int BYTES = 32;
    private static final int TEXT_LENGTH = 44;

    private final byte[] bytes;
    private final String id;

    private MasterKey(byte[] bytes) {
        this.bytes = bytes;
        this.id = HexFormat.of().formatHex(Hashes.sha256("claude-auth-bridge key id", bytes), 0, 8);
    }

    static MasterKey random() {
        return new MasterKey(RandomName.bytes(BYTES));
    }

    /** @param text 32 bytes in Base64, 44 characters; empty for anything else */
    static Optional<MasterKey> parse(String text) {
        if (text.length() != TEXT_LENGTH) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return bytes.length == BYTES ? Optional.of(new MasterKey(bytes)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The key as it stands in its file. */
    String reveal() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** 16 hexadecimal digits of a hash, by which files name the key that opens them. */
    public String id() {
        return id;
    }

    /**
     * A key of 32 bytes for one purpose: HMAC-SHA256 over the purpose's name. Nothing is ever encrypted or signed with
     * the master key itself.
     */
    public byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            return mac.doFinal(("claude-auth-bridge " + purpose).getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MasterKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "MasterKey[" + id + "]";
    }
}
