package dev.authbridge.claude.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The certificates and the private key in a PEM file (RFC 7468). Each block is read by itself, so that a damaged one costs
 * nothing but itself; what is wrong is collected in sentences without a full stop. No sentence holds anything out of a key.
 */
final class PemFile {
    /** A file of all public authorities has about 250 KB. */
    private static final int LONGEST = 8 << 20;

    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    /** DER: version 0, the algorithm rsaEncryption, and the tag of what follows it. */
    private static final byte[] PKCS8_RSA = {
        2, 1, 0, 0x30, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
    };

    private static final String CONVERT =
            "; convert it with: openssl pkcs8 -topk8 -in FILE -out NEW_FILE, and keep the passphrase";

    private final List<Block> blocks;
    private final List<String> faults = new ArrayList<>();
    private final List<X509Certificate> certificates = new ArrayList<>();

    private record Block(String label, String body) {
        boolean isCertificate() {
            return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
        }

        byte[] der() {
            return Base64.getMimeDecoder().decode(body);
        }
    }

    private PemFile(List<Block> blocks) {
        this.blocks = blocks;
    }

    /**
     * Reads a file and its certificates; blocks.
     *
     * @throws IOException if the file cannot be read, or is no PEM file; the message says why
     */
    static PemFile read(Path file) throws IOException {
        byte[] content;
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            // Reading a pipe would wait for whoever writes to it.
            throw new IOException("it is no ordinary file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LONGEST + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("the bridge's user may not read it", e);
        } catch (IOException e) {
            throw new IOException(
                    Files.isDirectory(file) ? "it is a folder" : "it cannot be read (" + e.getMessage() + ")", e);
        }
        if (content.length > LONGEST) {
            throw new IOException("it is longer than " + (LONGEST >> 20) + " MB");
        }
        // DER begins with a sequence.
        if (content.length > 0 && content[0] == 0x30) {
            throw new IOException(
                    "it is in DER, not in PEM; convert it with: openssl x509 -inform DER -in FILE -out NEW_FILE");
        }
        PemFile pem = new PemFile(blocks(new String(content, StandardCharsets.ISO_8859_1)));
        pem.readCertificates();
        return pem;
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnds = text.indexOf(DASHES, at + BEGIN.length());
            if (labelEnds < 0) {
                break;
            }
            String label = text.substring(at + BEGIN.length(), labelEnds);
            int bodyBegins = labelEnds + DASHES.length();
            int bodyEnds = text.indexOf(DASHES, bodyBegins);
            blocks.add(new Block(label, text.substring(bodyBegins, bodyEnds < 0 ? text.length() : bodyEnds)));
            at = text.indexOf(BEGIN, bodyBegins);
        }
        return blocks;
    }

    private void readCertificates() {
        int number = 0;
        for (Block block : blocks) {
            if (block.isCertificate()) {
                number++;
                try {
                    certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.der())));
                } catch (CertificateException | IllegalArgumentException e) {
                    faults.add("certificate " + number + " in it is damaged");
                }
            }
        }
        if (number == 0) {
            faults.add("no certificate is in it");
        }
    }

    /** Those that can be read, in their order. */
    List<X509Certificate> certificates() {
        return certificates;
    }

    /** What is wrong with the certificates. */
    List<String> faults() {
        return faults;
    }

    /**
     * The private key: PKCS #8, encrypted or not, or the older forms of RSA and EC keys, not encrypted.
     *
     * @throws GeneralSecurityException if there is none that can be read; the message says why
     */
    PrivateKey privateKey(Optional<String> passphrase) throws GeneralSecurityException {
        Block block = blocks.stream()
                .filter(it -> it.label().endsWith("PRIVATE KEY"))
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("no private key is in it"));
        if (block.body().contains("Proc-Type:")) {
            throw new GeneralSecurityException("its private key is encrypted in an old form" + CONVERT);
        }
        try {
            byte[] der = block.der();
            return switch (block.label()) {
                case "PRIVATE KEY" -> key(der);
                case "ENCRYPTED PRIVATE KEY" -> decrypted(der, passphrase);
                case "RSA PRIVATE KEY" -> key(sequence(join(PKCS8_RSA, tagged(4, der))));
                case "EC PRIVATE KEY" -> key(sequence(join(ecAlgorithm(curve(der)), tagged(4, der))));
                default ->
                    throw new GeneralSecurityException("its private key has the form " + block.label() + CONVERT);
            };
        } catch (IllegalArgumentException | IndexOutOfBoundsException | IOException e) {
            throw new GeneralSecurityException("its private key is damaged");
        }
    }

    private static PrivateKey decrypted(byte[] der, Optional<String> passphrase)
            throws GeneralSecurityException, IOException {
        char[] given = passphrase
                .orElseThrow(
                        () -> new GeneralSecurityException("its private key is encrypted, and no passphrase is set"))
                .toCharArray();
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
        // For PBES2 the name of the whole scheme is to be found in its parameters only.
        String algorithm = info.getAlgParameters() == null
                ? info.getAlgName()
                : info.getAlgParameters().toString();
        PKCS8EncodedKeySpec spec;
        try {
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(given)),
                    info.getAlgParameters());
            spec = info.getKeySpec(cipher);
        } catch (InvalidKeySpecException e) {
            throw new GeneralSecurityException("the passphrase does not open its private key");
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("its private key is encrypted in a way that Java cannot read" + CONVERT);
        }
        return key(spec.getEncoded());
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // It is a key of another algorithm.
                continue;
            }
        }
        throw new GeneralSecurityException("its private key cannot be read");
    }

    /** The curve of an ECPrivateKey (RFC 5915): its field [0], or a block of its own that openssl writes before it. */
    private byte[] curve(byte[] ecPrivateKey) {
        int at = contentAt(ecPrivateKey, 0);
        at = after(ecPrivateKey, at);
        at = after(ecPrivateKey, at);
        if (at < ecPrivateKey.length && (ecPrivateKey[at] & 0xFF) == 0xA0) {
            int curveAt = contentAt(ecPrivateKey, at);
            return Arrays.copyOfRange(ecPrivateKey, curveAt, after(ecPrivateKey, curveAt));
        }
        return blocks.stream()
                .filter(it -> it.label().equals("EC PARAMETERS"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no curve"))
                .der();
    }

    /** DER: version 0 and the algorithm id-ecPublicKey with this curve. */
    private static byte[] ecAlgorithm(byte[] curve) {
        byte[] ecPublicKey = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};
        return join(new byte[] {2, 1, 0}, sequence(join(ecPublicKey, curve)));
    }

    /** Where the content of the DER value at this place begins. */
    private static int contentAt(byte[] der, int at) {
        int length = der[at + 1] & 0xFF;
        return at + 2 + (length < 0x80 ? 0 : length - 0x80);
    }

    /** Where the DER value at this place ends. */
    private static int after(byte[] der, int at) {
        int content = contentAt(der, at);
        int length = der[at + 1] & 0xFF;
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < content; i++) {
                length = length << 8 | der[i] & 0xFF;
            }
        }
        return Math.addExact(content, length);
    }

    private static byte[] sequence(byte[] content) {
        return tagged(0x30, content);
    }

    /** A DER value of up to 64 KiB. */
    private static byte[] tagged(int tag, byte[] content) {
        int length = content.length;
        if (length > 0xFFFF) {
            throw new IllegalArgumentException("no key is that long");
        }
        byte[] head;
        if (length < 0x80) {
            head = new byte[] {(byte) tag, (byte) length};
        } else if (length < 0x100) {
            head = new byte[] {(byte) tag, (byte) 0x81, (byte) length};
        } else {
            head = new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        }
        return join(head, content);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
