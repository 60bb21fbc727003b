package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Owner;
import dev.authbridge.core.RandomName;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An encrypted credential as it is stored in a file: AES-256-GCM with a random 96-bit nonce and a 128-bit tag.
 *
 * @param keyId the id of the master key that decrypts it
 * @param sealed nonce, ciphertext and tag
 */
record Envelope(String keyId, byte[] sealed) {
    private static final String FIRST_LINE = "claude-auth-bridge credential ";
    private static final int VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String BASE64 = "(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=|[A-Za-z0-9+/]{2})";
    private static final Pattern FORM =
            Pattern.compile(FIRST_LINE + VERSION + "\nkey ([0-9a-f]{16})\n(" + BASE64 + ")\n");
    private static final Pattern ANY_VERSION = Pattern.compile(FIRST_LINE + "(\\d{1,9})\n");

    static Envelope seal(Owner owner, MasterKeys.Key key, byte[] content) {
        byte[] nonce = RandomName.bytes(NONCE_BYTES);
        try {
            byte[] ciphertext =
                    cipher(Cipher.ENCRYPT_MODE, owner, key, nonce, 0).doFinal(content);
            return new Envelope(
                    key.id(),
                    ByteBuffer.allocate(NONCE_BYTES + ciphertext.length)
                            .put(nonce)
                            .put(ciphertext)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-256-GCM", e);
        }
    }

    /** @return the content; empty if the file was damaged or changed, or belongs to another owner or key */
    Optional<byte[]> open(Owner owner, MasterKeys.Key key) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, owner, key, sealed, 0)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-256-GCM", e);
        }
    }

    private static Cipher cipher(int mode, Owner owner, MasterKeys.Key key, byte[] nonce, int offset)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(key.derive("credential encryption"), "AES"),
                new GCMParameterSpec(TAG_BITS, nonce, offset, NONCE_BYTES));
        cipher.updateAAD((head(key.id()) + "owner " + owner.name() + "\n").getBytes(UTF_8));
        return cipher;
    }

    private static String head(String keyId) {
        return FIRST_LINE + VERSION + "\nkey " + keyId + "\n";
    }

    byte[] text() {
        return (head(keyId) + Base64.getEncoder().encodeToString(sealed) + "\n").getBytes(US_ASCII);
    }

    /** @throws IllegalArgumentException if this is not an envelope of this version; the message says what is wrong */
    static Envelope parse(byte[] file) {
        String text = new String(file, US_ASCII);
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            Envelope envelope = new Envelope(form.group(1), Base64.getDecoder().decode(form.group(2)));
            // Base64 may end in unused bits; a file in which those differ was changed too.
            if (Arrays.equals(file, envelope.text())) {
                return envelope;
            }
        }
        Matcher version = ANY_VERSION.matcher(text);
        throw new IllegalArgumentException(
                version.lookingAt() && Integer.parseInt(version.group(1)) > VERSION
                        ? "was written by a later version of the bridge; run that version"
                        : "is damaged or not a credential file; restore it from a backup, or sign out and in again");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Envelope envelope
                && keyId.equals(envelope.keyId)
                && Arrays.equals(sealed, envelope.sealed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sealed);
    }

    @Override
    public String toString() {
        return "Envelope[" + keyId + ", " + sealed.length + " bytes]";
    }
}
