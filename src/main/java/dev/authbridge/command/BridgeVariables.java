package dev.authbridge.command;

import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.core.StrictModes;
import dev.authbridge.core.Variables;
import dev.authbridge.store.FileVault;
import dev.authbridge.store.MasterKeys;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The variables of the environment that the server and the commands have in common. A value that cannot be used is noted
 * in the {@link Variables}, and answered with a usable default.
 */
public final class BridgeVariables {
    private static final String FOLDER = "CLAUDE_CREDENTIALS_PATH";
    private static final String MASTER_KEY = "CLAUDE_AUTH_MASTER_KEY";
    private static final String AUDIT = "CLAUDE_AUTH_AUDIT";
    private static final String API_URL = "CLAUDE_AUTH_API_URL";
    private static final String COMMAND = "CLAUDE_COMMAND";

    /** The keys file. */
    public static final String KEYS_FILE = "CLAUDE_AUTH_KEYS_FILE";

    /** The server's certificate. */
    public static final String TLS_CERTIFICATE = "CLAUDE_AUTH_TLS_CERT";

    /** The private key of the server's certificate. */
    public static final String TLS_KEY = "CLAUDE_AUTH_TLS_KEY";

    private final Variables variables;

    public BridgeVariables(Variables variables) {
        this.variables = variables;
    }

    /**
     * Where the bridge keeps its data: {@code CLAUDE_CREDENTIALS_PATH}, or a folder of its own in the user's data folder.
     * It is absolute, and need not be there yet.
     */
    public Path folder() {
        Optional<String> given = variables.text(FOLDER);
        Optional<Path> named = given.isPresent() ? variables.path(FOLDER, given.get()) : Optional.of(usualFolder());
        Path folder = named.orElse(Path.of("")).toAbsolutePath().normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            variables.fault(FOLDER, "must be a folder, and there is a file of that name");
        }
        return folder;
    }

    private Path usualFolder() {
        Path home = Path.of(variables.text("HOME").orElse(System.getProperty("user.home")));
        Path data = Path.of(variables.text("XDG_DATA_HOME").orElse(""));
        // The XDG specification says that a relative path is to be ignored.
        return (data.isAbsolute() ? data : home.resolve(".local/share")).resolve("claude-auth-bridge");
    }

    /**
     * Notes what lets other users of this machine change the data folder, the CLI in it, or the files that the variables name;
     * and what lets them read the credentials or a private key.
     *
     * @param folder what {@link #folder} has answered
     */
    public void requireSafe(Path folder) {
        StrictModes modes = StrictModes.ofThisProcess();
        requireSafe(KEYS_FILE, modes::faults);
        requireSafe(TLS_CERTIFICATE, modes::faults);
        requireSafe(TLS_KEY, modes::faultsOfSecret);
        Stream.of(
                        modes.faults(folder),
                        modes.faultsOfSecret(FileVault.in(folder)),
                        modes.faultsOfSecret(FileVault.masterKeyIn(folder)),
                        modes.faults(ClaudeInstallation.parent(folder)),
                        cli(folder).faultsInDataFolder())
                .flatMap(List::stream)
                .forEach(fault -> variables.fault(FOLDER, "is not safe from other users: " + fault));
    }

    private void requireSafe(String name, Function<Path, List<String>> faults) {
        variables
                .text(name)
                .flatMap(value -> variables.path(name, value))
                .map(faults)
                .orElse(List.of())
                .forEach(fault -> variables.fault(
                        name, "names a file that cannot be used: it is not safe from other users: " + fault));
    }

    /** {@code CLAUDE_AUTH_MASTER_KEY}. */
    public Optional<MasterKeys> masterKeys() {
        Optional<String> value = variables.text(MASTER_KEY);
        try {
            return value.isPresent() ? Optional.of(MasterKeys.parse(value.get())) : Optional.empty();
        } catch (IllegalArgumentException e) {
            variables.fault(MASTER_KEY, e.getMessage());
            return Optional.empty();
        }
    }

    /** {@code CLAUDE_AUTH_API_URL}: where the service is asked whether it accepts a credential. */
    public URI apiUrl() {
        try {
            return AnthropicApi.requireBaseUrl(variables.text(API_URL).orElse(AnthropicApi.DEFAULT_URL));
        } catch (IllegalArgumentException e) {
            variables.fault(API_URL, e.getMessage());
            return URI.create(AnthropicApi.DEFAULT_URL);
        }
    }

    /** {@code CLAUDE_AUTH_AUDIT}: whether each line of the audit is a JSON object. */
    public boolean auditInJson() {
        String form = variables.text(AUDIT).orElse("text");
        if (!form.equals("text") && !form.equals("json")) {
            variables.fault(AUDIT, "must be text or json");
        }
        return form.equals("json");
    }

    /** {@code CLAUDE_COMMAND}: the CLI, where another one than the usual is wanted. */
    public Optional<String> command() {
        return variables.text(COMMAND);
    }

    /** Finds the CLI: the one that is named, or else the one that is installed in the folder or on the {@code PATH}. */
    public ClaudeLookup cli(Path folder) {
        return new ClaudeLookup(
                command(),
                Path.of("").toAbsolutePath(),
                folder,
                variables.text("PATH").orElse(""));
    }

    /** Notes a fault where a CLI is named that is not there. */
    public void requireCommand(Path folder) {
        if (command().isPresent() && cli(folder).find().isEmpty()) {
            variables.fault(COMMAND, "must name a program that can be run, by its path or as found on the PATH");
        }
    }
}
