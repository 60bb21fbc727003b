package dev.authbridge.command;

import dev.authbridge.access.Audit.Event;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.credential.CredentialKind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Deletes the credential here. */
@Command(
        name = "logout",
        description = "Deletes the credential from this machine, and says where to revoke it at the vendor.")
final class Logout implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    Logout(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        if (!here.vault().delete(whose.owner())) {
            here.out().println(whose.owner() + " was signed out already.");
            return ExitCode.DONE;
        }
        here.audit(Event.SIGNED_OUT, whose.owner(), "logout");
        here.out().println(whose.owner() + " is signed out on this machine.");
        here.out().println("The vendor still honours the credential wherever else it is. Revoke it there:");
        for (CredentialKind kind : ClaudeCredential.KINDS) {
            here.out().println("  " + kind.revocationPage());
        }
        return ExitCode.DONE;
    }
}
