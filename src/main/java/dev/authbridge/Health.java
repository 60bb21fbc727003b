package dev.authbridge;

import dev.authbridge.claude.ClaudeInstallation;
import dev.authbridge.claude.ClaudeLookup;
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
    private volatile boolean cliInstalling;

    void terminalOpened() {
        terminalFault = Optional.empty();
    }

    void terminalFailed(String why) {
        terminalFault = Optional.of(Fault.toMend("No terminal can be opened on this machine: " + why));
    }

    void cliInstalling(boolean now) {
        cliInstalling = now;
    }

    /** @param contact who administers this server, for people */
    Readiness readiness(ClaudeLookup lookup, FileVault vault, Optional<String> contact) {
        List<Readiness.Check> checks = List.of(
                new Readiness.Check("cli", () -> cliFault(lookup)),
                new Readiness.Check("storage", () -> storageFault(vault)),
                new Readiness.Check("terminal", () -> terminalFault));
        return new Readiness(checks, contact);
    }

    private Optional<Fault> cliFault(ClaudeLookup lookup) {
        if (lookup.find().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                cliInstalling
                        ? Fault.passing("The Claude CLI is being installed. This takes a few minutes, once.")
                        : Fault.toMend("There is no Claude CLI. Install @anthropic-ai/claude-code "
                                + ClaudeInstallation.VERSION + " through npm, or name the program in CLAUDE_COMMAND."));
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
