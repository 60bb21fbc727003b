package dev.authbridge.credential;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is learned about credentials while they are kept: the service's judgement, and how near the end is. It is written
 * beside them, logged, and told to who listens. May be called from any thread.
 */
final class CredentialUpkeep {
    private static final System.Logger LOG = System.getLogger(CredentialUpkeep.class.getName());

    private final CredentialVault vault;
    private final CredentialCheck service;
    private final VaultWorker worker;
    private final Clock clock;
    private final List<CredentialListener> listeners = new CopyOnWriteArrayList<>();

    CredentialUpkeep(CredentialVault vault, CredentialCheck service, VaultWorker worker, Clock clock) {
        this.vault = vault;
        this.service = service;
        this.worker = worker;
        this.clock = clock;
    }

    void listen(CredentialListener listener) {
        listeners.add(listener);
    }

    void tellOfChange(Owner owner) {
        listeners.forEach(listener -> listener.changed(owner));
    }

    /** The status as it is in the vault; blocks. */
    Optional<CredentialStatus> status(Owner owner) throws Refusal {
        Optional<Credential> credential = vault.read(owner);
        return credential.isEmpty()
                ? Optional.empty()
                : Optional.of(CredentialStatus.of(credential.get(), vault.lastUsed(owner), clock.instant()));
    }

    /** Asks the service, and keeps its answer; fails with {@code signed_out} where there is no credential. */
    CompletionStage<CredentialStatus> validate(Owner owner) {
        CompletableFuture<CredentialStatus> validated = new CompletableFuture<>();
        worker.run(() -> vault.read(owner).orElseThrow(CredentialUpkeep::signedOut))
                .whenComplete((credential, failure) -> {
                    if (failure != null) {
                        validated.completeExceptionally(failure);
                        return;
                    }
                    service.ask(credential)
                            .thenAccept(result -> worker.run(validated, () -> judged(owner, credential, result)));
                });
        return validated;
    }

    private CredentialStatus judged(Owner owner, Credential asked, CheckResult result) throws Refusal {
        if (vault.update(owner, asked, stored -> stored.withCheck(result))) {
            Optional<Validity> before = asked.lastCheck().map(CheckResult::validity);
            if (!before.equals(Optional.of(result.validity()))) {
                Level level = result.validity() == Validity.INVALID ? Level.WARNING : Level.INFO;
                String validity = result.validity().wireName();
                LOG.log(level, "{0}: {1} is {2}; the service says: {3}", owner, asked, validity, result.said());
                tellOfChange(owner);
            }
        }
        return status(owner).orElseThrow(CredentialUpkeep::signedOut);
    }

    /** All credentials that can be read; those that cannot are logged. */
    CompletionStage<Map<Owner, Credential>> all() {
        return worker.run(() -> {
            Map<Owner, Credential> all = new LinkedHashMap<>();
            for (Owner owner : vault.owners()) {
                try {
                    vault.read(owner).ifPresent(credential -> all.put(owner, credential));
                } catch (Refusal e) {
                    LOG.log(Level.WARNING, "{0}: {1}", owner, e.getMessage());
                }
            }
            return all;
        });
    }

    /** Says once in the log that the credential ends in that many days, and remembers that it was said. */
    CompletionStage<Boolean> warn(Owner owner, Credential credential, int days) {
        return worker.run(() -> {
            boolean first = vault.update(owner, credential, stored -> stored.withWarning(days));
            if (first) {
                String when =
                        days == 0 ? "has ended" : days == 1 ? "ends within a day" : "ends within " + days + " days";
                LOG.log(Level.WARNING, "{0}: {1} {2} (estimated); sign in again", owner, credential, when);
                tellOfChange(owner);
            }
            return first;
        });
    }

    static Refusal signedOut() {
        return new Refusal(Reason.SIGNED_OUT, "Nobody is signed in.");
    }
}
