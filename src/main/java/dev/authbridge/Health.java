package dev.authbridge;

import dev.authbridge.claude.ClaudeInstallation;
import dev.authbridge.claude.ClaudeLookup;
import dev.authbridge.credential.FileVault;
import dev.authbridge.login.LoginException;
import dev.authbridge.web.Readiness;
import java.util.List;
import java.util.Optional;

/** What has to be in order before the server can do its work. May be used from any thread. */
final class Health {
    private volatile Optional<String> terminalFault = Optional.of("The first terminal is still being opened.");

    void terminalOpened() {
        terminalFault = Optional.empty();
    }

    void terminalFailed(String why) {
        terminalFault = Optional.of("No terminal can be opened on this machine: " + why);
    }

    Readiness readiness(ClaudeLookup lookup, FileVault vault) {
        return new Readiness(List.of(
                new Readiness.Check("cli", () -> cliFault(lookup)),
                new Readiness.Check("storage", () -> storageFault(vault)),
                new Readiness.Check("terminal", () -> terminalFault)));
    }

    private static Optional<String> cliFault(ClaudeLookup lookup) {
        return lookup.find().isPresent()
                ? Optional.empty()
                : Optional.of("There is no Claude CLI. Install @anthropic-ai/claude-code " + ClaudeInstallation.VERSION
                        + " through npm, or name the program in CLAUDE_COMMAND.");
    }

    private static Optional<String> storageFault(FileVault vault) {
        try {
            vault.check();
            return Optional.empty();
        } catch (LoginException e) {
            return Optional.of(e.getMessage());
        }
    }
}
