package dev.authbridge.claude.api;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificates that are trusted in addition to the system's: those in the PEM file that {@code NODE_EXTRA_CA_CERTS} names. */
final class ExtraCertificates {
    private static final System.Logger LOG = System.getLogger(ExtraCertificates.class.getName());

    private ExtraCertificates() {}

    /** Empty if no file is named; one that cannot be read is logged and ignored, as Node.js does. */
    static Optional<SSLContext> from(Map<String, String> environment) {
        String file = environment.getOrDefault("NODE_EXTRA_CA_CERTS", "");
        if (file.isBlank()) {
            return Optional.empty();
        }
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            return Optional.of(trusting(pem));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "NODE_EXTRA_CA_CERTS is left out: cannot read {0}: {1}", file, e.toString());
            return Optional.empty();
        }
    }

    private static SSLContext trusting(InputStream pem) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager system) {
                for (X509Certificate certificate : system.getAcceptedIssuers()) {
                    trusted.setCertificateEntry("system-" + trusted.size(), certificate);
                }
            }
        }
        for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
            trusted.setCertificateEntry("extra-" + trusted.size(), certificate);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(trusted), null);
        return context;
    }

    /** @param trusted null for the system's own certificates */
    private static TrustManager[] managers(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }
}
