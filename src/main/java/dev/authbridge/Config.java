package dev.authbridge;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.KeysFile;
import dev.authbridge.access.Sessions;
import dev.authbridge.command.BridgeVariables;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Variables;
import dev.authbridge.store.MasterKeys;
import dev.authbridge.web.BasePath;
import dev.authbridge.web.Hosts;
import dev.authbridge.web.Origins;
import dev.authbridge.web.TrustedProxies;
import dev.authbridge.web.tls.TlsFiles;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The configuration, read once from the environment. docs/configuration.md defines the names and defaults.
 *
 * @param enabled {@code CLAUDE_AUTH_ENABLED}
 * @param folder {@code CLAUDE_CREDENTIALS_PATH}, absolute
 * @param codeWithin {@code CLAUDE_AUTH_TIMEOUT}
 * @param sessionIdle {@code CLAUDE_AUTH_SESSION_IDLE}
 * @param host {@code CLAUDE_AUTH_HOST}
 * @param port {@code CLAUDE_AUTH_PORT}; 0 for any free port
 * @param madeKey the access key that was generated; empty if {@code CLAUDE_AUTH_KEY} or {@code CLAUDE_AUTH_KEY_FILE} is set
 * @param keys {@code CLAUDE_AUTH_KEY} and {@code CLAUDE_AUTH_KEYS_FILE}
 * @param origins {@code CLAUDE_AUTH_ORIGINS}
 * @param masterKeys {@code CLAUDE_AUTH_MASTER_KEY} or {@code CLAUDE_AUTH_MASTER_KEY_FILE}
 * @param tls {@code CLAUDE_AUTH_TLS_CERT} and {@code CLAUDE_AUTH_TLS_KEY}
 * @param behindProxy {@code CLAUDE_AUTH_BEHIND_PROXY}
 * @param trustedProxies {@code CLAUDE_AUTH_TRUSTED_PROXIES}
 * @param hosts {@code CLAUDE_AUTH_HOSTS}, and those that are known without it
 * @param basePath {@code CLAUDE_AUTH_BASE_PATH}
 * @param maxLogins {@code CLAUDE_AUTH_MAX_LOGINS}
 * @param maxConnections {@code CLAUDE_AUTH_MAX_CONNECTIONS}
 * @param warm {@code CLAUDE_AUTH_WARM}
 * @param command {@code CLAUDE_COMMAND}
 * @param apiUrl {@code CLAUDE_AUTH_API_URL}
 * @param contact {@code CLAUDE_AUTH_CONTACT}
 * @param chat {@code CLAUDE_AUTH_CHAT}; empty if not set: then there is a chat as long as all access keys are for one owner
 * @param receiver {@code CLAUDE_AUTH_NOTIFY} or {@code CLAUDE_AUTH_NOTIFY_FILE}: the command or URL that is told of events
 * @param auditInJson {@code CLAUDE_AUTH_AUDIT}: whether each line of the audit is a JSON object
 */
record Config(
        boolean enabled,
        Path folder,
        Duration codeWithin,
        Duration sessionIdle,
        String host,
        int port,
        Optional<Secret> madeKey,
        AccessKeys keys,
        Origins origins,
        Optional<MasterKeys> masterKeys,
        Optional<TlsFiles> tls,
        boolean behindProxy,
        TrustedProxies trustedProxies,
        Hosts hosts,
        BasePath basePath,
        int maxLogins,
        int maxConnections,
        int warm,
        Optional<String> command,
        URI apiUrl,
        Optional<String> contact,
        Optional<Boolean> chat,
        Optional<Secret> receiver,
        boolean auditInJson) {
    private static final int LONGEST_CONTACT = 200;

    /** In minutes; a page that is open shows every 25 seconds that it is used. */
    private static final int SHORTEST_SESSION_IDLE = 5;

    /** Some variables have invalid values: one line for each, with its name and what is accepted, never the value. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<String> faults;

        Invalid(List<String> faults) {
            super(String.join("\n", faults));
            this.faults = List.copyOf(faults);
        }

        List<String> faults() {
            return faults;
        }
    }

    /** Whether there is a chat; may change when the keys file changes. */
    boolean chatEnabled() {
        return chat.orElseGet(keys::ofOneOwner);
    }

    /**
     * Reads all variables and checks the files that they name. Blocks on the disk, and on DNS if the host is a name.
     *
     * @throws Invalid with all faults, not only the first
     */
    static Config read(Map<String, String> environment) throws Invalid {
        Variables variables = new Variables(environment);
        BridgeVariables shared = new BridgeVariables(variables);
        boolean enabled = variables.flag("CLAUDE_AUTH_ENABLED", true);
        Path folder = shared.folder();
        Duration codeWithin = Duration.ofMillis(variables.number("CLAUDE_AUTH_TIMEOUT", 600_000, 1_000, 86_400_000));
        Duration sessionIdle = Duration.ofMinutes(variables.number(
                "CLAUDE_AUTH_SESSION_IDLE", (int) Sessions.IDLE.toMinutes(), SHORTEST_SESSION_IDLE, (int)
                        Sessions.LONGEST.toMinutes()));
        String host = variables.text("CLAUDE_AUTH_HOST").orElse("127.0.0.1");
        int port = port(variables, "CLAUDE_AUTH_PORT");
        Optional<Secret> givenKey = shared.accessKey();
        Optional<Secret> madeKey =
                givenKey.isPresent() ? Optional.empty() : Optional.of(new Secret(AccessKey.random()));
        AccessKeys keys = keys(
                variables,
                BridgeVariables.KEYS_FILE,
                givenKey.or(() -> madeKey).orElseThrow().reveal());
        Origins origins = origins(variables, "CLAUDE_AUTH_ORIGINS");
        Optional<MasterKeys> masterKeys = shared.masterKeys();
        Optional<TlsFiles> tls = tls(variables, BridgeVariables.TLS_CERTIFICATE, BridgeVariables.TLS_KEY);
        boolean behindProxy = variables.flag("CLAUDE_AUTH_BEHIND_PROXY", false);
        TrustedProxies trustedProxies = trustedProxies(variables, "CLAUDE_AUTH_TRUSTED_PROXIES");
        Hosts hosts = hosts(variables, "CLAUDE_AUTH_HOSTS", host, origins);
        BasePath basePath = basePath(variables, "CLAUDE_AUTH_BASE_PATH");
        int maxLogins = variables.number("CLAUDE_AUTH_MAX_LOGINS", 8, 1, 1_000);
        int maxConnections = variables.number("CLAUDE_AUTH_MAX_CONNECTIONS", 1_024, 16, 1_000_000);
        int warm = variables.number("CLAUDE_AUTH_WARM", 1, 0, 100);
        Optional<String> command = shared.command();
        shared.requireCommand(folder);
        shared.requireSafe(folder);
        URI apiUrl = shared.apiUrl();
        Optional<String> contact = variables.line("CLAUDE_AUTH_CONTACT", LONGEST_CONTACT);
        Optional<Boolean> chat = variables.choice("CLAUDE_AUTH_CHAT");
        Optional<Secret> receiver = shared.receiver();
        boolean auditInJson = shared.auditInJson();
        requireLoopback(variables, "CLAUDE_AUTH_HOST", host, tls.isPresent() || behindProxy);
        if (warm > maxLogins) {
            variables.fault("CLAUDE_AUTH_WARM", "must not be larger than CLAUDE_AUTH_MAX_LOGINS");
        }
        if (!variables.faults().isEmpty()) {
            throw new Invalid(variables.faults());
        }
        return new Config(
                enabled,
                folder,
                codeWithin,
                sessionIdle,
                host,
                port,
                madeKey,
                keys,
                origins,
                masterKeys,
                tls,
                behindProxy,
                trustedProxies,
                hosts,
                basePath,
                maxLogins,
                maxConnections,
                warm,
                command,
                apiUrl,
                contact,
                chat,
                receiver,
                auditInJson);
    }

    private static int port(Variables variables, String name) {
        if (variables.text(name).filter(value -> value.contains("://")).isPresent()) {
            variables.fault(
                    name,
                    "contains the address of another container, which Kubernetes sets for a service of this name; set"
                            + " enableServiceLinks: false in the pod, or rename the service");
            return 0;
        }
        return variables.number(name, 8_765, 0, 65_535);
    }

    private static AccessKeys keys(Variables variables, String name, String defaultKey) {
        List<AccessKey> configured = List.of(AccessKey.of(Owner.DEFAULT, defaultKey, Set.of(Scope.LOGIN)));
        try {
            return new AccessKeys(configured, variables.text(name).flatMap(value -> variables.path(name, value)));
        } catch (KeysFile.Unusable e) {
            e.faults().forEach(fault -> variables.fault(name, "names a file that cannot be used: " + fault));
            return withoutFile(configured);
        }
    }

    private static AccessKeys withoutFile(List<AccessKey> configured) {
        try {
            return new AccessKeys(configured, Optional.empty());
        } catch (KeysFile.Unusable e) {
            throw new IllegalStateException("there is no file", e);
        }
    }

    private static Origins origins(Variables variables, String name) {
        Set<String> origins = new LinkedHashSet<>();
        for (String part : variables.list(name)) {
            Origins.parse(part)
                    .ifPresentOrElse(
                            origins::add,
                            () -> variables.fault(
                                    name,
                                    "must be origins with commas between, such as https://example.org or"
                                            + " http://localhost:3000, without a path; * is not accepted"));
        }
        return new Origins(origins);
    }

    private static TrustedProxies trustedProxies(Variables variables, String name) {
        List<TrustedProxies.Range> ranges = new ArrayList<>();
        for (String part : variables.list(name)) {
            TrustedProxies.Range.parse(part)
                    .ifPresentOrElse(
                            ranges::add,
                            () -> variables.fault(
                                    name,
                                    "must be addresses or CIDR blocks with commas between, such as 10.1.2.3 or"
                                            + " 172.18.0.0/16; names are not looked up"));
        }
        return ranges.isEmpty() ? TrustedProxies.LOOPBACK : new TrustedProxies(ranges);
    }

    private static Hosts hosts(Variables variables, String name, String host, Origins origins) {
        Set<String> known = new TreeSet<>();
        for (String part : variables.list(name)) {
            Hosts.parse(part)
                    .ifPresentOrElse(
                            known::add,
                            () -> variables.fault(
                                    name,
                                    "must be host names or addresses with commas between, such as bridge.example.org,"
                                            + " without scheme and port; * is not accepted"));
        }
        origins.further().forEach(origin -> known.add(Hosts.of(origin)));
        Hosts.parse(host).ifPresent(known::add);
        return new Hosts(known, isWildcard(host));
    }

    private static BasePath basePath(Variables variables, String name) {
        Optional<BasePath> path = variables.text(name).map(given -> BasePath.parse(given)
                .filter(parsed -> !parsed.isOwn())
                .orElseGet(() -> {
                    variables.fault(
                            name,
                            "must be the path of an address, such as /tools/bridge, as the browser shows it, and must not"
                                    + " begin like one of the bridge's own paths, such as /api or /chat");
                    return BasePath.NONE;
                }));
        return path.orElse(BasePath.NONE);
    }

    /** Whether the address stands for all addresses of this machine. */
    private static boolean isWildcard(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress();
        } catch (UnknownHostException e) {
            // Reported by requireLoopback.
            return false;
        }
    }

    private static Optional<TlsFiles> tls(Variables variables, String certificate, String key) {
        Optional<Path> certificateFile = pemFile(variables, certificate, TlsFiles::faultOfCertificate);
        Optional<Path> keyFile = pemFile(variables, key, TlsFiles::faultOfKey);
        if (variables.text(certificate).isPresent() != variables.text(key).isPresent()) {
            variables.fault(
                    variables.text(certificate).isPresent() ? key : certificate,
                    "must be set too: " + certificate + " and " + key + " go together");
        }
        if (certificateFile.isEmpty() || keyFile.isEmpty()) {
            return Optional.empty();
        }
        TlsFiles files = new TlsFiles(certificateFile.get(), keyFile.get());
        if (files.differ()) {
            variables.fault(key, "must name the key of the certificate in " + certificate);
        }
        return Optional.of(files);
    }

    private static Optional<Path> pemFile(Variables variables, String name, Function<Path, Optional<String>> faultOf) {
        Optional<Path> file = variables.file(name, "must name a PEM file that can be read");
        Optional<String> fault = file.flatMap(faultOf);
        fault.ifPresent(what -> variables.fault(name, what));
        return fault.isPresent() ? Optional.empty() : file;
    }

    /** @param safe whether the connection is encrypted, by the bridge or by the proxy in front of it */
    private static void requireLoopback(Variables variables, String name, String host, boolean safe) {
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress() && !safe) {
                variables.fault(
                        name,
                        "must be a loopback address, such as 127.0.0.1, unless CLAUDE_AUTH_TLS_CERT and"
                                + " CLAUDE_AUTH_TLS_KEY are set, or CLAUDE_AUTH_BEHIND_PROXY=true");
            }
        } catch (UnknownHostException e) {
            variables.fault(name, "must be an address or name of this machine");
        }
    }
}
