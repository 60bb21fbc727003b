package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.access.Audit;
import dev.authbridge.access.Audit.Event;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Variables;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.Credentials;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.store.MasterKeys;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The environment that a command runs in: its variables, streams and clock. Tests pass their own.
 *
 * @param environment the environment variables
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param clock the time
 */
record Surroundings(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err, Clock clock) {
    /** No command prints a control character that some text from outside contains. */
    Surroundings {
        out = TerminalText.filtered(out);
        err = TerminalText.filtered(err);
    }

    /** Prints UTF-8 whatever the locale: in a container without a locale Java would print a QR code as question marks. */
    static Surroundings ofThisProcess(Map<String, String> environment) {
        return new Surroundings(
                environment, System.in, utf8(FileDescriptor.out), utf8(FileDescriptor.err), Clock.systemUTC());
    }

    private static PrintStream utf8(FileDescriptor file) {
        return new PrintStream(new FileOutputStream(file), true, UTF_8);
    }

    Path dataFolder() throws CommandFailure {
        Variables read = new Variables(environment);
        return sound(read, new BridgeVariables(read).folder());
    }

    Optional<MasterKeys> masterKeys() throws CommandFailure {
        Variables read = new Variables(environment);
        return sound(read, new BridgeVariables(read).masterKeys());
    }

    URI apiUrl() throws CommandFailure {
        Variables read = new Variables(environment);
        return sound(read, new BridgeVariables(read).apiUrl());
    }

    /** Looks for the CLI, starting from this environment's variables. */
    ClaudeLookup cli() throws CommandFailure {
        return new BridgeVariables(new Variables(environment)).cli(dataFolder());
    }

    /** Records in the audit that a command hands this credential over. */
    void handsOver(Credential credential, Owner owner, String command) throws CommandFailure {
        audit(Event.CREDENTIAL_HANDED_OVER, owner, command, "fingerprint", credential.fingerprint());
    }

    /**
     * Appends a line to the audit of this machine's commands, {@code audit.log} in the data folder, if that can be written.
     *
     * @param more further names and values in turn
     */
    void audit(Event event, Owner owner, String command, String... more) throws CommandFailure {
        Variables read = new Variables(environment);
        boolean json = sound(read, new BridgeVariables(read).auditInJson());
        AuditFile file = new AuditFile(dataFolder());
        List<String> all = new ArrayList<>(List.of(
                "user",
                System.getProperty("user.name", ""),
                "pid",
                Long.toString(ProcessHandle.current().pid())));
        all.addAll(List.of(more));
        new Audit(json, clock, line -> file.append(json ? line : clock.instant() + " " + line))
                .record(event, owner, Optional.empty(), new Peer("localhost", command), all.toArray(String[]::new));
    }

    private static <T> T sound(Variables read, T value) throws CommandFailure {
        if (!read.faults().isEmpty()) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, String.join("\n", read.faults()));
        }
        return value;
    }

    /** The vault, for reading; creates nothing. */
    FileVault vault() throws CommandFailure {
        return FileVault.readOnly(dataFolder(), masterKeys(), ClaudeCredential.KINDS);
    }

    /** The vault, for writing; created if there is none. */
    FileVault openVault() throws CommandFailure, Refusal {
        return FileVault.open(dataFolder(), masterKeys(), ClaudeCredential.KINDS);
    }

    /** The credentials of a vault. Its stages are complete when they are returned, those that ask the service aside. */
    Credentials credentials(FileVault vault) throws CommandFailure {
        URI apiUrl = apiUrl();
        // made only when it is asked: an HTTP client takes a while
        CredentialCheck service = credential -> new AnthropicApi(apiUrl, environment, clock).ask(credential);
        return new Credentials(
                new FileStore(vault, Runnable::run, Runnable::run), service, ClaudeCredential.KINDS, clock);
    }

    /** What the stage completes with; blocks. */
    static <T> T await(CompletionStage<T> stage) throws Refusal {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal known) {
                throw known;
            }
            throw e;
        }
    }

    /**
     * The owner's credential, which the caller is about to hand over; records the time of this use. Fails with {@code held} if
     * its owner holds it back.
     */
    Credential use(Owner owner) throws CommandFailure, Refusal {
        FileVault vault = vault();
        Credential credential = vault.read(owner)
                .orElseThrow(() -> new Refusal(
                        Reason.SIGNED_OUT, owner + " is signed out. Sign in on the page, or with the command: login"))
                .requireInUse();
        try {
            vault.used(owner);
        } catch (Refusal e) {
            // A sandbox may have the folder mounted read-only; then only the time of the last use is not recorded.
            return credential;
        }
        return credential;
    }
}
