package dev.authbridge;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.KeysFile;
import dev.authbridge.access.Scope;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.core.Owner;
import dev.authbridge.store.DataFolder;
import dev.authbridge.store.MasterKeys;
import dev.authbridge.web.Origins;
import dev.authbridge.web.tls.TlsFiles;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What this server takes from its variables: folder, keys, origins, certificates, the CLI. What is wrong is noted with the
 * variables, and answered with a usable default.
 */
final class ServerVariables {
    private static final int SHORTEST_KEY = 16;
    private static final int LONGEST_KEY = 512;

    private final Map<String, String> environment;
    private final Variables variables;

    ServerVariables(Map<String, String> environment, Variables variables) {
        this.environment = environment;
        this.variables = variables;
    }

    /** The data folder; it need not be there yet. */
    Path folder() {
        try {
            return DataFolder.of(environment);
        } catch (IllegalArgumentException e) {
            variables.fault(DataFolder.VARIABLE, e.getMessage());
            return Path.of("").toAbsolutePath();
        }
    }

    Optional<String> accessKey(String name) {
        Optional<String> key = variables.text(name);
        boolean good = key.isEmpty()
                || key.get().length() >= SHORTEST_KEY
                        && key.get().length() <= LONGEST_KEY
                        && key.get().chars().allMatch(character -> character > ' ' && character < 0x7F);
        if (!good) {
            variables.fault(
                    name,
                    "must have " + SHORTEST_KEY + " to " + LONGEST_KEY + " ASCII characters without blanks, as of"
                            + " \"openssl rand -hex 24\"");
        }
        return key;
    }

    AccessKeys keys(String name, String defaultKey) {
        List<AccessKey> configured = List.of(AccessKey.of(Owner.DEFAULT, defaultKey, Set.of(Scope.LOGIN)));
        try {
            return new AccessKeys(configured, variables.text(name).flatMap(value -> variables.path(name, value)));
        } catch (KeysFile.Unusable e) {
            e.faults().forEach(fault -> variables.fault(name, "names a file that cannot be used: it " + fault));
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

    Origins origins(String name) {
        Set<String> origins = new LinkedHashSet<>();
        for (String part : variables.text(name).orElse("").split("[,\\s]+")) {
            if (!part.isEmpty()) {
                Optional<String> origin = Origins.parse(part);
                origin.ifPresentOrElse(
                        origins::add,
                        () -> variables.fault(
                                name,
                                "must be origins with commas between, as https://example.org or"
                                        + " http://localhost:3000, without a path; * is none"));
            }
        }
        return new Origins(origins);
    }

    Optional<MasterKeys> masterKeys(String name) {
        try {
            return variables.text(name).map(MasterKeys::parse);
        } catch (IllegalArgumentException e) {
            variables.fault(name, e.getMessage());
            return Optional.empty();
        }
    }

    URI apiUrl(String name) {
        URI usual = URI.create(AnthropicApi.DEFAULT_URL);
        try {
            return variables.text(name).map(AnthropicApi::requireBaseUrl).orElse(usual);
        } catch (IllegalArgumentException e) {
            variables.fault(name, e.getMessage());
            return usual;
        }
    }

    Optional<TlsFiles> tls(String certificate, String key) {
        Optional<Path> certificateFile = pemFile(certificate, TlsFiles::faultOfCertificate);
        Optional<Path> keyFile = pemFile(key, TlsFiles::faultOfKey);
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

    private Optional<Path> pemFile(String name, Function<Path, Optional<String>> faultOf) {
        Optional<Path> file = variables.file(name, "must name a PEM file that can be read");
        Optional<String> fault = file.flatMap(faultOf);
        fault.ifPresent(what -> variables.fault(name, what));
        return fault.isPresent() ? Optional.empty() : file;
    }

    Optional<String> command(String name, Path dataFolder) {
        Optional<String> command = variables.text(name);
        boolean found = command.isEmpty()
                || new ClaudeLookup(
                                command,
                                Path.of("").toAbsolutePath(),
                                dataFolder,
                                variables.text("PATH").orElse(""))
                        .find()
                        .isPresent();
        if (!found) {
            variables.fault(name, "must name a program that can be run, by its path or as found on the PATH");
        }
        return command;
    }

    /** @param safe whether what leaves this machine is encrypted, here or by the proxy in front */
    void requireLoopback(String name, String host, boolean safe) {
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress() && !safe) {
                variables.fault(
                        name,
                        "must be a loopback address, as 127.0.0.1, unless CLAUDE_AUTH_TLS_CERT and"
                                + " CLAUDE_AUTH_TLS_KEY are set, or CLAUDE_AUTH_BEHIND_PROXY=true");
            }
        } catch (UnknownHostException e) {
            variables.fault(name, "must be an address or name of this machine");
        }
    }
}
