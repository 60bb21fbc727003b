package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.store.DataFolder;
import dev.authbridge.store.FileVault;
import dev.authbridge.store.MasterKeys;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the machine, and where it speaks.
 *
 * @param environment the process's variables
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param clock the time
 */
record Surroundings(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err, Clock clock) {
    /** Speaks UTF-8 whatever the locale says: in a container without one Java would print a QR code as question marks. */
    static Surroundings ofThisProcess() {
        return new Surroundings(
                System.getenv(), System.in, utf8(FileDescriptor.out), utf8(FileDescriptor.err), Clock.systemUTC());
    }

    private static PrintStream utf8(FileDescriptor file) {
        return new PrintStream(new FileOutputStream(file), true, UTF_8);
    }

    Path dataFolder() throws CommandFailure {
        try {
            return DataFolder.of(environment);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, DataFolder.VARIABLE + " " + e.getMessage());
        }
    }

    private Optional<MasterKeys> masterKeys() throws CommandFailure {
        String name = "CLAUDE_AUTH_MASTER_KEY";
        String value = environment.getOrDefault(name, "");
        try {
            return value.isBlank() ? Optional.empty() : Optional.of(MasterKeys.parse(value));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, name + " " + e.getMessage());
        }
    }

    URI apiUrl() throws CommandFailure {
        String name = "CLAUDE_AUTH_API_URL";
        String value = environment.getOrDefault(name, "");
        try {
            return AnthropicApi.requireBaseUrl(value.isBlank() ? AnthropicApi.DEFAULT_URL : value);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, name + " " + e.getMessage());
        }
    }

    /** Where the CLI is. */
    ClaudeLookup cli() throws CommandFailure {
        Optional<String> named =
                Optional.ofNullable(environment.get("CLAUDE_COMMAND")).filter(it -> !it.isBlank());
        return new ClaudeLookup(
                named, Path.of("").toAbsolutePath(), dataFolder(), environment.getOrDefault("PATH", ""));
    }

    /** The vault to read from; makes nothing. */
    FileVault vault() throws CommandFailure {
        return FileVault.readOnly(dataFolder(), masterKeys(), ClaudeCredential.KINDS);
    }

    /** The vault to write in; made where there is none. */
    FileVault openVault() throws CommandFailure, Refusal {
        return FileVault.open(dataFolder(), masterKeys(), ClaudeCredential.KINDS);
    }

    /** The owner's credential, to be handed over now. */
    Credential use(Owner owner) throws CommandFailure, Refusal {
        FileVault vault = vault();
        Credential credential = vault.read(owner)
                .orElseThrow(() ->
                        new Refusal(Reason.SIGNED_OUT, owner + " is signed out. Sign in on the page, or with: login"));
        try {
            vault.used(owner);
        } catch (Refusal e) {
            // A sandbox may see the folder read-only; only the time of the last use is lost.
            return credential;
        }
        return credential;
    }
}
