package dev.authbridge.web.tls;

import dev.authbridge.core.IpAddress;
import dev.authbridge.core.StrictModes;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The PEM files of the certificate and its key. They are checked before they are used: with a wrong one the server would
 * start, and no browser could say why it cannot connect. Reads the disk, so it belongs on a worker.
 *
 * @param certificate the chain, the server's own certificate first
 * @param key the private key of that certificate, without a pass phrase
 */
public record TlsFiles(Path certificate, Path key) {
    private static final Logger LOG = System.getLogger(TlsFiles.class.getName());

    /** Kinds of names in a certificate (RFC 5280, 4.2.1.6). */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([^-]+)-----END \\1PRIVATE KEY-----");

    /** For each algorithm of keys the signature to try it with. */
    private static final Map<String, String> SIGNATURES = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

    /** What is wrong with the certificate chain; empty where nothing is. */
    public static Optional<String> faultOfCertificate(Path file) {
        try {
            return certificates(file).isEmpty()
                    ? Optional.of("must name a PEM file with a certificate")
                    : Optional.empty();
        } catch (IOException | CertificateException e) {
            return Optional.of("must name a PEM file with a certificate");
        }
    }

    /** What is wrong with the key by itself; empty where nothing is. */
    public static Optional<String> faultOfKey(Path file) {
        try {
            return key(file).find()
                    ? Optional.empty()
                    : Optional.of("must name a PEM file with a private key that has no pass phrase");
        } catch (IOException e) {
            return Optional.of("must name a PEM file that can be read");
        }
    }

    /** What lets other users of this machine change the files, or read the key; a sentence for each fault. */
    public List<String> unsafe() {
        StrictModes modes = StrictModes.ofThisProcess();
        return Stream.concat(modes.faults(certificate).stream(), modes.faultsOfSecret(key).stream())
                .distinct()
                .toList();
    }

    /** What is wrong with them together; empty where nothing is. */
    Optional<String> fault() {
        return unsafe().stream()
                .findFirst()
                .or(() -> faultOfCertificate(certificate).map(fault -> certificate + " " + fault))
                .or(() -> faultOfKey(key).map(fault -> key + " " + fault))
                .or(() -> differ() ? Optional.of(key + " is no key of " + certificate) : Optional.empty());
    }

    /** The names and addresses that the certificate is for, in lower case; a name may begin with {@code *.}. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        try {
            if (certificates(certificate).get(0) instanceof X509Certificate own
                    && own.getSubjectAlternativeNames() != null) {
                for (List<?> alternative : own.getSubjectAlternativeNames()) {
                    String name = alternative.get(1) instanceof String text ? text.toLowerCase(Locale.ROOT) : "";
                    if (alternative.get(0).equals(DNS_NAME)) {
                        names.add(name);
                    } else if (alternative.get(0).equals(IP_ADDRESS)) {
                        IpAddress.parse(name).map(IpAddress::toString).ifPresent(names::add);
                    }
                }
            }
        } catch (IOException | CertificateException e) {
            LOG.log(Level.WARNING, "the names in {0} cannot be read: {1}", certificate, e);
        }
        return Set.copyOf(names);
    }

    public PemKeyCertOptions options() {
        return new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString());
    }

    /**
     * Whether the key is known to belong to another certificate, which is found by signing with the key and verifying with
     * the certificate. False for a key whose format or algorithm the JDK cannot read; the server tries that itself.
     */
    public boolean differ() {
        try {
            Certificate own = certificates(certificate).get(0);
            Matcher pem = key(key);
            String algorithm = own.getPublicKey().getAlgorithm();
            if (!pem.find() || !pem.group(1).isEmpty() || !SIGNATURES.containsKey(algorithm)) {
                return false;
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
            PrivateKey privateKey = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            Signature signature = Signature.getInstance(SIGNATURES.get(algorithm));
            signature.initSign(privateKey);
            byte[] signed = signature.sign();
            signature.initVerify(own);
            return !signature.verify(signed);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return true;
        }
    }

    /** The first is the server's own. The file may contain the key too. */
    private static List<Certificate> certificates(Path file) throws IOException, CertificateException {
        List<Certificate> certificates = new ArrayList<>();
        Matcher block = CERTIFICATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            InputStream encoded = new ByteArrayInputStream(block.group().getBytes(StandardCharsets.ISO_8859_1));
            certificates.add(CertificateFactory.getInstance("X.509").generateCertificate(encoded));
        }
        return certificates;
    }

    private static Matcher key(Path file) throws IOException {
        return KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    }
}
