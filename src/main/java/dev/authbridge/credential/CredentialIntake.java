package dev.authbridge.credential;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The way of a new credential into the vault: the service is asked first, and what it refuses does not get in. */
final class CredentialIntake {
    private static final System.Logger LOG = System.getLogger(CredentialIntake.class.getName());

    private final CredentialVault vault;
    private final CredentialCheck service;
    private final VaultWorker worker;
    private final CredentialUpkeep upkeep;

    /** @param upkeep tells who listens of what is new */
    CredentialIntake(CredentialVault vault, CredentialCheck service, VaultWorker worker, CredentialUpkeep upkeep) {
        this.vault = vault;
        this.service = service;
        this.worker = worker;
        this.upkeep = upkeep;
    }

    /** @param made fails for what cannot be a credential; run on the caller's thread */
    CompletionStage<CredentialSummary> take(Owner owner, VaultWorker.Work<Credential> made) {
        Credential credential;
        try {
            credential = made.run();
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<CredentialSummary> kept = new CompletableFuture<>();
        service.ask(credential).thenAccept(result -> worker.run(kept, () -> keep(owner, credential, result)));
        return kept;
    }

    private CredentialSummary keep(Owner owner, Credential credential, CheckResult result) throws Refusal {
        if (result.validity() == Validity.INVALID) {
            throw new Refusal(Reason.CREDENTIAL_INVALID, "The service does not take it: " + result.said() + ".");
        }
        vault.keep(owner, labelled(owner, credential).withCheck(result));
        LOG.log(Level.INFO, "{0}: {1} is kept; the service says: {2}", owner, credential, result.said());
        upkeep.tellOfChange(owner);
        return credential.summary();
    }

    /** The label names what the credential is for, so a new one of the same method has it, too. */
    private Credential labelled(Owner owner, Credential credential) throws Refusal {
        return vault.read(owner)
                .filter(before -> before.kind().equals(credential.kind()))
                .map(before -> credential.withLabel(before.label()))
                .orElse(credential);
    }
}
