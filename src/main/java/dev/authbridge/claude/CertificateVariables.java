package dev.authbridge.claude;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The variables that say which certificates the CLI trusts and which one it shows, as 2.1.332 reads them.
 *
 * <p>Unless told otherwise, the CLI trusts two stores: the authorities that are built into it, and those of the system, which
 * are the files of {@code SSL_CERT_FILE} and {@code SSL_CERT_DIR} if either is set. {@code NODE_EXTRA_CA_CERTS} adds to them.
 */
public final class CertificateVariables {
    /** A PEM file of authorities that are trusted besides all others. */
    public static final String EXTRA = "NODE_EXTRA_CA_CERTS";

    /** A PEM file that takes the place of the system's. */
    public static final String FILE = "SSL_CERT_FILE";

    /** Folders of PEM files that take the place of the system's, separated by colons. */
    public static final String FOLDERS = "SSL_CERT_DIR";

    /** The CLI's stores, {@code bundled} and {@code system}, separated by commas. */
    public static final String STORES = "CLAUDE_CODE_CERT_STORE";

    /** A PEM file with the client's certificate and those that lead to its authority. */
    public static final String CLIENT_CERTIFICATE = "CLAUDE_CODE_CLIENT_CERT";

    /** A PEM file with the private key of the client's certificate. */
    public static final String CLIENT_KEY = "CLAUDE_CODE_CLIENT_KEY";

    /** What that private key is encrypted with. */
    public static final String CLIENT_KEY_PASSPHRASE = "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE";

    private static final Set<String> BOTH_STORES = Set.of("bundled", "system");

    private static final String NODE_OPTIONS = "NODE_OPTIONS";

    private static final List<String> WHOLE = List.of(
            EXTRA,
            FILE,
            FOLDERS,
            STORES,
            CLIENT_CERTIFICATE,
            CLIENT_KEY,
            CLIENT_KEY_PASSPHRASE,
            "NODE_USE_SYSTEM_CA",
            "CLAUDE_CODE_DISABLE_LOOPED_CROSS_CERT_DROP",
            "CLAUDE_CODE_DISABLE_SELF_NAMED_CERT_DROP");

    private static final List<String> PATHS = List.of(EXTRA, FILE, CLIENT_CERTIFICATE, CLIENT_KEY);

    /** Debian, Fedora, openSUSE, Alpine. */
    private static final List<String> SYSTEM_FILES = List.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem");

    /** With these in {@code NODE_OPTIONS}, the CLI trusts the system's store only. */
    private static final Set<String> SYSTEM_ONLY = Set.of("--use-system-ca", "--use-openssl-ca");

    /** What of {@code NODE_OPTIONS} is about certificates; none of these has a value. */
    private static final Set<String> OPTIONS =
            Set.of("--use-system-ca", "--no-use-system-ca", "--use-openssl-ca", "--use-bundled-ca");

    private CertificateVariables() {}

    /**
     * Those of the server's variables that a program gets which connects to the vendor. It runs in a folder of its own, so paths
     * are made absolute. Of {@code NODE_OPTIONS} it gets the options about certificates only: others load code or open a
     * debugger.
     */
    public static Map<String, String> passedOn(Map<String, String> server) {
        Map<String, String> passed = new HashMap<>();
        for (String name : WHOLE) {
            if (server.containsKey(name)) {
                passed.put(name, server.get(name));
            }
        }
        PATHS.forEach(name -> passed.computeIfPresent(name, (same, value) -> absolute(value)));
        passed.computeIfPresent(FOLDERS, (same, value) -> Stream.of(value.split(":"))
                .map(CertificateVariables::absolute)
                .collect(Collectors.joining(":")));
        List<String> options = options(server);
        if (!options.isEmpty()) {
            passed.put(NODE_OPTIONS, String.join(" ", options));
        }
        return passed;
    }

    /** Whether the value of this variable is a path, or several. */
    public static boolean isPath(String name) {
        return PATHS.contains(name) || name.equals(FOLDERS);
    }

    private static String absolute(String path) {
        try {
            return path.isBlank() ? path : Path.of(path).toAbsolutePath().toString();
        } catch (InvalidPathException e) {
            return path;
        }
    }

    /**
     * A file with authorities that the CLI trusts and Node.js would not, for a program such as npm that has {@link #EXTRA} only:
     * that of {@link #FILE}, or the system's. Empty if {@link #EXTRA} is set already. Blocks for a few file look-ups.
     */
    public static Optional<String> extraForNode(Map<String, String> server) {
        if (value(server, EXTRA).isPresent()) {
            return Optional.empty();
        }
        return value(server, FILE)
                .map(CertificateVariables::absolute)
                .or(() -> systemFile().map(Path::toString).filter(file -> trustsSystem(server)));
    }

    /** The file in which this system's distribution keeps the authorities that it trusts. Blocks for a few file look-ups. */
    public static Optional<Path> systemFile() {
        return SYSTEM_FILES.stream().map(Path::of).filter(Files::isRegularFile).findFirst();
    }

    /** Whether the CLI trusts the authorities that are built into it. */
    public static boolean trustsBundled(Map<String, String> environment) {
        return stores(environment).contains("bundled");
    }

    /** Whether the CLI trusts the system's authorities. */
    public static boolean trustsSystem(Map<String, String> environment) {
        return stores(environment).contains("system");
    }

    /** The value of a variable; empty if it is not set, or blank. */
    public static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static Set<String> stores(Map<String, String> environment) {
        String list = environment.getOrDefault(STORES, "");
        if (list.isEmpty()) {
            return options(environment).stream().anyMatch(SYSTEM_ONLY::contains) ? Set.of("system") : BOTH_STORES;
        }
        Set<String> named = Stream.of(list.split(","))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(BOTH_STORES::contains)
                .collect(Collectors.toSet());
        return named.isEmpty() ? BOTH_STORES : named;
    }

    /** Each once, in their order. */
    private static List<String> options(Map<String, String> environment) {
        List<String> options = new ArrayList<>();
        // Node.js takes quotation marks around an option away.
        for (String word : environment.getOrDefault(NODE_OPTIONS, "").split("\\s+")) {
            String option = word.replace("\"", "");
            if (OPTIONS.contains(option) && !options.contains(option)) {
                options.add(option);
            }
        }
        return options;
    }
}
