package dev.authbridge.command;

import dev.authbridge.access.GuessableKey;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.core.Secret;
import dev.authbridge.core.StrictModes;
import dev.authbridge.core.Variables;
import dev.authbridge.notify.Receiver;
import dev.authbridge.store.FileVault;
import dev.authbridge.store.MasterKeys;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The variables of the environment that the server and the commands have in common. A value that cannot be used is noted
 * in the {@link Variables}, and answered with a usable default.
 */
public final class BridgeVariables {
    private static final String FOLDER = "CLAUDE_CREDENTIALS_PATH";
    private static final String MASTER_KEY = "CLAUDE_AUTH_MASTER_KEY";
    private static final String NOTIFY = "CLAUDE_AUTH_NOTIFY";
    private static final String AUDIT = "CLAUDE_AUTH_AUDIT";
    private static final String API_URL = "CLAUDE_AUTH_API_URL";
    private static final String COMMAND = "CLAUDE_COMMAND";

    private static final Pattern LINE_OF_KEYS_FILE = Pattern.compile("^[^:\\s]{1,64}:[0-9a-fA-F]{64}:");
    private static final String ACCESS_KEY = "CLAUDE_AUTH_KEY";

    /** The keys file. */
    public static final String KEYS_FILE = "CLAUDE_AUTH_KEYS_FILE";

    /** The server's certificate. */
    public static final String TLS_CERTIFICATE = "CLAUDE_AUTH_TLS_CERT";

    /** The private key of the server's certificate. */
    public static final String TLS_KEY = "CLAUDE_AUTH_TLS_KEY";

    private final Variables variables;
    private boolean folderKnown = true;

    public BridgeVariables(Variables variables) {
        this.variables = variables;
    }

    /**
     * Where the bridge keeps its data: {@code CLAUDE_CREDENTIALS_PATH}, or a folder of its own in the user's data folder.
     * It is absolute, and need not be there yet.
     */
    public Path folder() {
        Optional<String> given = variables.text(FOLDER);
        Optional<Path> named = given.isPresent() ? variables.path(FOLDER, given.get()) : usualFolder();
        folderKnown = named.isPresent();
        Path folder = named.orElse(Path.of("")).toAbsolutePath().normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            variables.fault(FOLDER, "must be a folder, and there is a file of that name");
        }
        return folder;
    }

    /** Empty, which is a fault, where there can be no such folder: in a container with an arbitrary uid, for example. */
    private Optional<Path> usualFolder() {
        // The XDG specification says that a relative path is to be ignored.
        Optional<Path> folder = variables
                .text("XDG_DATA_HOME")
                .filter(data -> data.startsWith("/"))
                .map(Path::of)
                .or(() -> variables.home().map(home -> home.resolve(".local/share")))
                .map(data -> data.resolve("claude-auth-bridge"));
        if (folder.isEmpty()) {
            variables.fault(
                    FOLDER,
                    "has to be set to a folder that this user can write to: the user has no home folder (HOME is not an"
                            + " absolute path, and the user is not in /etc/passwd)");
            return folder;
        }
        Path above = folder.get();
        while (!Files.exists(above)) {
            above = above.getParent();
        }
        if (!above.equals(folder.get()) && !(Files.isDirectory(above) && Files.isWritable(above))) {
            variables.fault(
                    FOLDER,
                    "has to be set to a folder that this user can write to: " + folder.get()
                            + " cannot be created, since this user cannot write to " + above);
            return Optional.empty();
        }
        return folder;
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
        requireSafe(ACCESS_KEY + Variables.IN_FILE, modes::faultsOfSecret);
        requireSafe(MASTER_KEY + Variables.IN_FILE, modes::faultsOfSecret);
        requireSafe(NOTIFY + Variables.IN_FILE, modes::faultsOfSecret);
        if (!folderKnown) {
            return;
        }
        Optional<String> openToAll = modes.faultOfFileSystem(folder);
        if (openToAll.isPresent()) {
            // No chmod would help.
            variables.fault(FOLDER, "is not safe from other users: " + openToAll.get());
            return;
        }
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

    /** {@code CLAUDE_AUTH_KEY} or {@code CLAUDE_AUTH_KEY_FILE}: the access key of the owner {@code default}. */
    public Optional<Secret> accessKey() {
        Optional<String> key = variables.secret(ACCESS_KEY);
        key.flatMap(BridgeVariables::faultOfKey).ifPresent(fault -> variables.fault(inUse(ACCESS_KEY), fault));
        return key.map(Secret::new);
    }

    /** {@code CLAUDE_AUTH_MASTER_KEY} or {@code CLAUDE_AUTH_MASTER_KEY_FILE}; in a file, each key may have a line of its own. */
    public Optional<MasterKeys> masterKeys() {
        Optional<String> value = variables.secret(MASTER_KEY);
        try {
            return value.isPresent()
                    ? Optional.of(MasterKeys.parse(
                            value.get().lines().filter(line -> !line.isBlank()).collect(Collectors.joining(","))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            variables.fault(inUse(MASTER_KEY), e.getMessage());
            return Optional.empty();
        }
    }

    /** {@code CLAUDE_AUTH_NOTIFY} or {@code CLAUDE_AUTH_NOTIFY_FILE}: the command or the URL that is told of events. */
    public Optional<Secret> receiver() {
        Optional<String> target = variables.secret(NOTIFY);
        Optional<String> fault = target.flatMap(Receiver::fault);
        fault.ifPresent(what -> variables.fault(inUse(NOTIFY), what));
        return fault.isPresent() ? Optional.empty() : target.map(Secret::new);
    }

    private static Optional<String> faultOfKey(String key) {
        return LINE_OF_KEYS_FILE.matcher(key).lookingAt()
                ? Optional.of("contains lines of a keys file, which " + KEYS_FILE + " names")
                : GuessableKey.fault(key);
    }

    /** The variable that gives the secret: its own, or the one for its file. */
    private String inUse(String name) {
        return variables.text(name + Variables.IN_FILE).isPresent() ? name + Variables.IN_FILE : name;
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
        return new ClaudeLookup(command(), Path.of("").toAbsolutePath(), folder, variables.all());
    }

    /** Notes a fault where a CLI is named that is not there. */
    public void requireCommand(Path folder) {
        if (command().isPresent() && !cli(folder).hasProgram()) {
            variables.fault(COMMAND, "must name a program that can be run, by its path or as found on the PATH");
        }
    }
}
