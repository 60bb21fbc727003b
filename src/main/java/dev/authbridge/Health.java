package dev.authbridge;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.CliMessages;
import dev.authbridge.claude.install.ClaudeAvailability;
import dev.authbridge.claude.install.ClaudeTrial;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credentials;
import dev.authbridge.process.TemporaryHome;
import dev.authbridge.protocol.Answer;
import dev.authbridge.store.FileVault;
import dev.authbridge.web.ops.Readiness;
import dev.authbridge.web.ops.Readiness.Fault;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The readiness checks of the server. Each check tests one thing, and repeats the test while it fails, so that the server
 * recovers by itself once the fault is repaired. May be used from any thread; blocks.
 */
final class Health {
    private static final Logger LOG = System.getLogger(Health.class.getName());

    /** How soon after a failure a readiness request may try to open a terminal again. */
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(2);

    private final ClaudeTrial trial;
    private Optional<Fault> terminalFault = Optional.of(Fault.passing("The first terminal is still being opened."));
    private Optional<Long> terminalFailedAt = Optional.empty();

    /** @param trial tests whether the CLI can be run */
    Health(ClaudeTrial trial) {
        this.trial = trial;
    }

    /** Opens the first terminal; until then the server is not ready. */
    synchronized void openTerminal() {
        try {
            ClaudeSetupToken.openFirstTerminal();
            terminalFault = Optional.empty();
            terminalFailedAt = Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.ERROR, e.getMessage());
            terminalFault = Optional.of(Fault.toMend(e.getMessage()));
            terminalFailedAt = Optional.of(System.nanoTime());
        }
    }

    private synchronized Optional<Fault> terminalFault() {
        if (terminalFailedAt
                .filter(at -> System.nanoTime() - at > TRY_AGAIN_AFTER.toNanos())
                .isPresent()) {
            openTerminal();
        }
        return terminalFault;
    }

    /** @param contact how users reach the administrator, in words for people */
    Readiness readiness(ClaudeAvailability cli, FileVault vault, Credentials credentials, Optional<String> contact) {
        List<Readiness.Check> checks = List.of(
                new Readiness.Check("cli", () -> cliFault(cli)),
                new Readiness.Check("storage", () -> storageFault(vault)),
                new Readiness.Check("credentials", () -> credentialsFault(credentials)),
                new Readiness.Check("temporary", () -> TemporaryHome.fault().map(Fault::toMend)),
                new Readiness.Check("terminal", this::terminalFault));
        return new Readiness(checks, contact, InstantSource.system());
    }

    private Optional<Fault> cliFault(ClaudeAvailability cli) {
        Optional<ClaudeCommand> command = cli.find();
        if (command.isPresent()) {
            // Without a temporary folder no program can be run; the check "temporary" reports that.
            return cli.faultOfShim(command.get())
                    .or(() -> trial.fault(command.get()))
                    .filter(why -> TemporaryHome.fault().isEmpty())
                    .map(Fault::toMend);
        }
        return Optional.of(cli.progress()
                .map(now -> Fault.passing(CliMessages.BEING_INSTALLED)
                        .at(new Answer.Progress(now.done(), now.total(), "bytes")))
                .orElseGet(() -> Fault.toMend(cli.missing())));
    }

    private static Optional<Fault> storageFault(FileVault vault) {
        try {
            vault.check();
            return Optional.empty();
        } catch (Refusal e) {
            return Optional.of(Fault.toMend(e.getMessage()));
        }
    }

    private static Optional<Fault> credentialsFault(Credentials credentials) {
        Map<String, String> faults = new TreeMap<>();
        credentials.unreadable().forEach((owner, why) -> faults.put(owner.name(), why.message()));
        credentials.all().forEach((owner, status) -> status.heldSince()
                .ifPresent(since -> faults.put(
                        owner.name(),
                        "The credential of " + owner + " is held back: nobody gets it until its owner releases it.")));
        return Optional.of(faults)
                .filter(any -> !any.isEmpty())
                .map(any -> Fault.ofOwners(String.join(" ", any.values()), List.copyOf(any.keySet())));
    }
}
