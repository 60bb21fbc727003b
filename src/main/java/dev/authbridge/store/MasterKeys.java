package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Hashes;
import dev.authbridge.core.RandomName;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The master keys of a vault: the first encrypts, and each can decrypt. There are two while a key is being replaced.
 *
 * @param all at least one, the current one first
 */
public record MasterKeys(List<Key> all) {
    /** The accepted form, for error messages. */
    private static final String EXPECTED = "must be 32 random bytes in Base64, 44 characters ending in '='"
            + " (openssl rand -base64 32), or several of them separated by commas, the current one first";

    public MasterKeys {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no master key");
        }
    }

    /**
     * Reads the value of {@code CLAUDE_AUTH_MASTER_KEY}.
     *
     * @throws IllegalArgumentException if it has another form; the message says which form is accepted, and does not
     *     contain the value
     */
    public static MasterKeys parse(String text) {
        List<Key> keys = new ArrayList<>();
        for (String part : text.strip().split(",", -1)) {
            keys.add(Key.parse(part.strip()).orElseThrow(() -> new IllegalArgumentException(EXPECTED)));
        }
        return new MasterKeys(keys);
    }

    Key current() {
        return all.get(0);
    }

    Optional<Key> find(String id) {
        return all.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    String ids() {
        return all.stream().map(Key::id).collect(Collectors.joining(", "));
    }

    /** 32 random bytes from which every other key is derived. Immutable; its text form shows only its id. */
    public static final class Key {
        private static final int BYTES = 32;
        private static final int TEXT_LENGTH = 44;

        private final byte[] bytes;
        private final String id;

        private Key(byte[] bytes) {
            this.bytes = bytes;
            this.id = HexFormat.of().formatHex(Hashes.sha256("claude-auth-bridge key id", bytes), 0, 8);
        }

        static Key random() {
            return new Key(RandomName.bytes(BYTES));
        }

        /** @return the key; empty if the text is not 32 bytes in Base64 (44 characters) */
        static Optional<Key> parse(String text) {
            if (text.length() != TEXT_LENGTH) {
                return Optional.empty();
            }
            try {
                byte[] bytes = Base64.getDecoder().decode(text);
                return bytes.length == BYTES ? Optional.of(new Key(bytes)) : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /** The key in Base64, as it is written to the key file. */
        String reveal() {
            return Base64.getEncoder().encodeToString(bytes);
        }

        /** 16 hexadecimal digits of a hash of the key, by which a credential's file names the key that decrypts it. */
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
            return other instanceof Key key && MessageDigest.isEqual(bytes, key.bytes);
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
}
