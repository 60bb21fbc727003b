package dev.authbridge;

import dev.authbridge.claude.ClaudeAvailability;
import dev.authbridge.core.Refusal;
import dev.authbridge.store.FileVault;
import dev.authbridge.web.Readiness;
import dev.authbridge.web.Readiness.Fault;
import java.util.List;
import java.util.Optional;

/** What has to be in order before the server can do its work. May be used from any thread. */
final class Health {
    private volatile Optional<Fault> terminalFault =
            Optional.of(Fault.passing("The first terminal is still being opened."));

    void terminalOpened() {
        terminalFault = Optional.empty();
    }

    void terminalFailed(String why) {
        terminalFault = Optional.of(Fault.toMend("No terminal can be opened on this machine: " + why));
    }

    /** @param contact who administers this server, for people */
    Readiness readiness(ClaudeAvailability cli, FileVault vault, Optional<String> contact) {
        List<Readiness.Check> checks = List.of(
                new Readiness.Check("cli", () -> cliFault(cli)),
                new Readiness.Check("storage", () -> storageFault(vault)),
                new Readiness.Check("terminal", () -> terminalFault));
        return new Readiness(checks, contact);
    }

    private static Optional<Fault> cliFault(ClaudeAvailability cli) {
        if (cli.find().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(cli.progress()
                .map(now -> Fault.passing("The Claude CLI is being installed. This takes a few minutes, once.")
                        .at(new Readiness.Progress(now.done(), now.total(), "bytes")))
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
}
