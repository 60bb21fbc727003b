package dev.authbridge.command;

import dev.authbridge.store.FileVault;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Replaces the master key. */
@Command(
        name = "rotate-key",
        description = {
            "Encrypts every credential anew with a new master key. A running server goes on without a restart.",
            "Where CLAUDE_AUTH_MASTER_KEY is set: put the new key before the old one, with a comma between, run this, then"
                    + " remove the old one."
        })
final class RotateKey implements Callable<Integer> {
    private final Surroundings here;

    RotateKey(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        boolean given = here.masterKeys().isPresent();
        FileVault vault = here.openVault();
        if (given && vault.keys().all().size() < 2) {
            throw new CommandFailure(
                    ExitCode.BAD_CONFIGURATION,
                    "CLAUDE_AUTH_MASTER_KEY holds one key; put the new one before it, with a comma between.");
        }
        int count = vault.rotateKey();
        here.out()
                .println("Encrypted anew with another master key: " + count
                        + (count == 1 ? " credential." : " credentials."));
        if (given) {
            here.out().println("Now leave only the first key in CLAUDE_AUTH_MASTER_KEY, for the server, too.");
        }
        return ExitCode.DONE;
    }
}
