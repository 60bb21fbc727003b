package dev.authbridge.claude.api;

import static dev.authbridge.claude.CertificateVariables.CLIENT_CERTIFICATE;
import static dev.authbridge.claude.CertificateVariables.CLIENT_KEY;
import static dev.authbridge.claude.CertificateVariables.CLIENT_KEY_PASSPHRASE;
import static dev.authbridge.claude.CertificateVariables.EXTRA;
import static dev.authbridge.claude.CertificateVariables.FILE;
import static dev.authbridge.claude.CertificateVariables.FOLDERS;

import dev.authbridge.claude.CertificateVariables;
import dev.authbridge.core.OneLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificates that a connection to the vendor trusts, and the one that it shows, out of the variables that the CLI reads;
 * see {@link CertificateVariables}. In place of the authorities that are built into the CLI, those of this JDK are trusted.
 *
 * <p>What cannot be read is left out, as the CLI does, and said in {@link #faults}. Immutable; made by {@link #read}, which blocks.
 */
public final class ApiCertificates {
    /** A folder of the system has about 300 links and files. */
    private static final int MOST_FILES_IN_FOLDER = 2_000;

    private static final int LONGEST_PATH = 300;

    private final Map<String, String> environment;
    private final Set<X509Certificate> authorities = new LinkedHashSet<>();
    private final List<String> faults = new ArrayList<>();
    /** The files and folders that were read, with their state. */
    private final Map<Path, String> read = new LinkedHashMap<>();

    private KeyManager[] identity = {};

    private ApiCertificates(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Reads what the variables of this environment name. */
    public static ApiCertificates read(Map<String, String> environment) {
        ApiCertificates certificates = new ApiCertificates(environment);
        certificates.readAuthorities();
        certificates.readIdentity();
        return certificates;
    }

    /** What is wrong with the files that the variables name: a sentence without a full stop for each fault. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** What is trusted and shown, in words for people. */
    public String summary() {
        String client = identity.length == 0 ? "" : ", and a client certificate is shown";
        return authorities.size() + " certificate authorities are trusted" + client;
    }

    /** Whether the files are still as they were when they were read. Blocks. */
    boolean isCurrent() {
        return read.entrySet().stream().allMatch(entry -> state(entry.getKey()).equals(entry.getValue()));
    }

    /** For connections to the vendor. */
    SSLContext context() {
        try {
            KeyStore trusted = emptyStore();
            for (X509Certificate authority : authorities) {
                trusted.setCertificateEntry("authority-" + trusted.size(), authority);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    identity.length == 0 ? null : identity,
                    new TrustManager[] {new IssuerNamingTrust(trust(trusted))},
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS in this JDK", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** @param trusted null for the JDK's own authorities */
    private static X509ExtendedTrustManager trust(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    private void readAuthorities() {
        if (CertificateVariables.trustsBundled(environment)) {
            try {
                authorities.addAll(List.of(trust(null).getAcceptedIssuers()));
            } catch (GeneralSecurityException e) {
                faults.add("the JDK's own authorities cannot be read: " + e.getMessage());
            }
        }
        if (CertificateVariables.trustsSystem(environment)) {
            readSystem();
        }
        if (authorities.isEmpty()) {
            faults.add("no certificate authority is left to trust: check " + CertificateVariables.STORES
                    + ", NODE_OPTIONS, " + FILE + " and " + FOLDERS);
        }
        path(EXTRA).ifPresent(file -> authorities.addAll(certificates(EXTRA, file)));
    }

    private void readSystem() {
        Optional<String> file = CertificateVariables.value(environment, FILE);
        Optional<String> folders = CertificateVariables.value(environment, FOLDERS);
        if (file.isEmpty() && folders.isEmpty()) {
            CertificateVariables.systemFile()
                    .ifPresent(system -> authorities.addAll(certificates("the system's store", system)));
        }
        path(FILE).ifPresent(named -> authorities.addAll(certificates(FILE, named)));
        for (String folder : folders.orElse("").split(":")) {
            if (!folder.isBlank()) {
                path(FOLDERS, folder).ifPresent(this::readFolder);
            }
        }
    }

    /** Such a folder may hold other files, too. */
    private void readFolder(Path folder) {
        note(folder);
        List<X509Certificate> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(Files::isRegularFile)
                    .limit(MOST_FILES_IN_FOLDER)
                    .map(ApiCertificates::real)
                    .distinct()
                    .forEach(file -> found.addAll(inFolder(file)));
            if (found.isEmpty()) {
                faults.add(fault(FOLDERS, folder, "no certificate is in it"));
            }
            authorities.addAll(found);
        } catch (IOException e) {
            faults.add(fault(FOLDERS, folder, "it is no folder that the bridge's user may read"));
        }
    }

    private List<X509Certificate> inFolder(Path file) {
        try {
            return PemFile.read(file).certificates();
        } catch (IOException e) {
            faults.add(fault(FOLDERS, file, e.getMessage()));
            return List.of();
        }
    }

    /** OpenSSL's folders have a link with the hash of its name for each certificate. */
    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file;
        }
    }

    private List<X509Certificate> certificates(String name, Path file) {
        note(file);
        try {
            PemFile pem = PemFile.read(file);
            pem.faults().forEach(why -> faults.add(fault(name, file, why)));
            return pem.certificates();
        } catch (IOException e) {
            faults.add(fault(name, file, e.getMessage()));
            return List.of();
        }
    }

    private void readIdentity() {
        Optional<Path> certificateFile = path(CLIENT_CERTIFICATE);
        Optional<Path> keyFile = path(CLIENT_KEY);
        if (certificateFile.isEmpty() && keyFile.isEmpty()) {
            return;
        }
        if (certificateFile.isEmpty() || keyFile.isEmpty()) {
            faults.add(CLIENT_CERTIFICATE + " and " + CLIENT_KEY + " have to be set both, and only one of them is");
            return;
        }
        List<X509Certificate> chain = certificates(CLIENT_CERTIFICATE, certificateFile.get());
        note(keyFile.get());
        try {
            PrivateKey key =
                    PemFile.read(keyFile.get()).privateKey(Optional.ofNullable(environment.get(CLIENT_KEY_PASSPHRASE)));
            if (!chain.isEmpty()) {
                identity = identity(chain, key, keyFile.get());
            }
        } catch (IOException | GeneralSecurityException e) {
            faults.add(fault(CLIENT_KEY, keyFile.get(), e.getMessage()));
        }
    }

    private KeyManager[] identity(List<X509Certificate> chain, PrivateKey key, Path keyFile)
            throws GeneralSecurityException, IOException {
        if (!belong(chain.get(0), key)) {
            faults.add(fault(CLIENT_KEY, keyFile, "it is not the key of the certificate in " + CLIENT_CERTIFICATE));
            return new KeyManager[0];
        }
        KeyStore store = emptyStore();
        // The store is in memory only.
        char[] password = {};
        store.setKeyEntry("client", key, password, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static boolean belong(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] text = "one key pair".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(text);
        return signature.verify(signed);
    }

    private Optional<Path> path(String name) {
        return CertificateVariables.value(environment, name).flatMap(value -> path(name, value));
    }

    private Optional<Path> path(String name, String value) {
        try {
            return Optional.of(Path.of(value));
        } catch (InvalidPathException e) {
            faults.add(name + " is no path");
            return Optional.empty();
        }
    }

    private static String fault(String name, Path file, String why) {
        return name + ", " + OneLine.of(file.toString(), LONGEST_PATH) + ": " + why;
    }

    private void note(Path file) {
        read.put(file, state(file));
    }

    private static String state(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return "missing";
        }
    }
}
