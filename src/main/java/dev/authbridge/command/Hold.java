package dev.authbridge.command;

import dev.authbridge.access.Audit.Event;
import dev.authbridge.core.Owner;
import dev.authbridge.credential.CredentialStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the credential back without deleting it, or releases it. */
@Command(
        name = "hold",
        description = {
            "Holds the credential back: no command, server or chat hands it over until it is released.",
            "What was handed over before goes on working until the credential is revoked at the vendor."
        })
final class Hold implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Option(names = "--release", description = "Hands it over again.")
    private boolean release;

    Hold(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        Owner owner = whose.owner();
        CredentialStatus status =
                Surroundings.await(here.credentials(here.vault()).hold(owner, !release));
        String fingerprint = status.summary().fingerprint();
        here.audit(
                release ? Event.CREDENTIAL_RELEASED : Event.CREDENTIAL_HELD, owner, "hold", "fingerprint", fingerprint);
        here.out()
                .println("The credential of " + owner + ", " + fingerprint
                        + (release
                                ? ", is handed over again."
                                : ", is held back. Revoke it at the vendor if it has leaked:"));
        if (!release) {
            here.out().println("  " + status.revocationPage());
        }
        return ExitCode.DONE;
    }
}
