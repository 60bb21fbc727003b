package dev.authbridge;

import dev.authbridge.claude.ClaudeLookup;
import dev.authbridge.credential.AnthropicApi;
import dev.authbridge.credential.DataFolder;
import dev.authbridge.credential.MasterKeys;
import dev.authbridge.login.Owner;
import dev.authbridge.web.AccessKey;
import dev.authbridge.web.AccessKeys;
import dev.authbridge.web.AuthServer;
import dev.authbridge.web.KeysFile;
import dev.authbridge.web.Origins;
import dev.authbridge.web.Scope;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads variables of the environment, collecting what is wrong with them. An empty one counts as not set, which is what
 * Compose files make of a name without a value. A bad one is answered with a usable default, so that the others are read.
 */
final class Variables {
    private static final int SHORTEST_KEY = 16;
    private static final int LONGEST_KEY = 512;

    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    void throwFaults() throws Config.Invalid {
        if (!faults.isEmpty()) {
            throw new Config.Invalid(faults);
        }
    }

    /** @param expected what would be accepted; never the value itself, which may be a secret in the wrong place */
    void fault(String name, String expected) {
        String fault = name + " " + expected;
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Text for people to read, in one line. */
    Optional<String> line(String name, int longest) {
        Optional<String> line = text(name);
        boolean good = line.isEmpty()
                || line.get().codePointCount(0, line.get().length()) <= longest
                        && line.get().codePoints().noneMatch(Variables::breaksALine);
        if (!good) {
            fault(name, "must be one line of up to " + longest + " characters, without control characters");
        }
        return good ? line : Optional.empty();
    }

    private static boolean breaksALine(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    boolean flag(String name, boolean otherwise) {
        return choice(name).orElse(otherwise);
    }

    /** A flag whose default depends on something else. */
    Optional<Boolean> choice(String name) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().equals("true") && !value.get().equals("false")) {
            fault(name, "must be true or false");
        }
        return Optional.of(value.get().equals("true"));
    }

    int number(String name, int otherwise, int least, int most) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, together with the number that is out of range.
        }
        fault(name, "must be a whole number from " + least + " to " + most);
        return otherwise;
    }

    /** The data folder; it need not be there yet. */
    Path folder() {
        try {
            return DataFolder.of(environment);
        } catch (IllegalArgumentException e) {
            fault(DataFolder.VARIABLE, e.getMessage());
            return Path.of("").toAbsolutePath();
        }
    }

    Optional<String> accessKey(String name) {
        Optional<String> key = text(name);
        boolean good = key.isEmpty()
                || key.get().length() >= SHORTEST_KEY
                        && key.get().length() <= LONGEST_KEY
                        && key.get().chars().allMatch(character -> character > ' ' && character < 0x7F);
        if (!good) {
            fault(
                    name,
                    "must have " + SHORTEST_KEY + " to " + LONGEST_KEY + " ASCII characters without blanks, as of"
                            + " \"openssl rand -hex 24\"");
        }
        return key;
    }

    AccessKeys keys(String name, String defaultKey) {
        List<AccessKey> configured = List.of(AccessKey.of(Owner.DEFAULT, defaultKey, Set.of(Scope.LOGIN)));
        try {
            return new AccessKeys(configured, text(name).flatMap(value -> path(name, value)));
        } catch (KeysFile.Unusable e) {
            e.faults().forEach(fault -> fault(name, "names a file that cannot be used: it " + fault));
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
        for (String part : text(name).orElse("").split("[,\\s]+")) {
            if (!part.isEmpty()) {
                Optional<String> origin = Origins.parse(part);
                origin.ifPresentOrElse(
                        origins::add,
                        () -> fault(
                                name,
                                "must be origins with commas between, as https://example.org or"
                                        + " http://localhost:3000, without a path; * is none"));
            }
        }
        return new Origins(origins);
    }

    Optional<MasterKeys> masterKeys(String name) {
        try {
            return text(name).map(MasterKeys::parse);
        } catch (IllegalArgumentException e) {
            fault(name, e.getMessage());
            return Optional.empty();
        }
    }

    URI apiUrl(String name) {
        URI usual = URI.create(AnthropicApi.DEFAULT_URL);
        try {
            return text(name).map(AnthropicApi::requireBaseUrl).orElse(usual);
        } catch (IllegalArgumentException e) {
            fault(name, e.getMessage());
            return usual;
        }
    }

    Optional<AuthServer.Tls> tls(String certificate, String key) {
        Optional<Path> certificateFile = file(certificate);
        Optional<Path> keyFile = file(key);
        if (text(certificate).isPresent() != text(key).isPresent()) {
            fault(
                    text(certificate).isPresent() ? key : certificate,
                    "must be set too: " + certificate + " and " + key + " go together");
        }
        return certificateFile.isPresent() && keyFile.isPresent()
                ? Optional.of(new AuthServer.Tls(certificateFile.get(), keyFile.get()))
                : Optional.empty();
    }

    Optional<String> command(String name, Path dataFolder) {
        Optional<String> command = text(name);
        boolean found = command.isEmpty()
                || new ClaudeLookup(
                                command,
                                Path.of("").toAbsolutePath(),
                                dataFolder,
                                text("PATH").orElse(""))
                        .find()
                        .isPresent();
        if (!found) {
            fault(name, "must name a program that can be run, by its path or as found on the PATH");
        }
        return command;
    }

    /** @param safe whether what leaves this machine is encrypted, here or by the proxy in front */
    void requireLoopback(String name, String host, boolean safe) {
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress() && !safe) {
                fault(
                        name,
                        "must be a loopback address, as 127.0.0.1, unless CLAUDE_AUTH_TLS_CERT and"
                                + " CLAUDE_AUTH_TLS_KEY are set, or CLAUDE_AUTH_BEHIND_PROXY=true");
            }
        } catch (UnknownHostException e) {
            fault(name, "must be an address or name of this machine");
        }
    }

    private Optional<Path> file(String name) {
        Optional<Path> file = text(name).flatMap(value -> path(name, value));
        boolean readable = file.isEmpty() || Files.isRegularFile(file.get()) && Files.isReadable(file.get());
        if (!readable) {
            fault(name, "must name a PEM file that can be read");
        }
        return readable ? file : Optional.empty();
    }

    private Optional<Path> path(String name, String value) {
        try {
            return Optional.of(Path.of(value));
        } catch (InvalidPathException e) {
            fault(name, "must be a path");
            return Optional.empty();
        }
    }
}
