package dev.authbridge.credential;

import dev.authbridge.credential.CheckResult.Validity;
import java.util.concurrent.CompletionStage;

/** Asks the service whether it takes a credential. */
public interface CredentialCheck {
    /**
     * Does not block. The stage never fails, and completes within 10 seconds, on any thread: what goes wrong on the way
     * is {@link Validity#UNKNOWN}.
     */
    CompletionStage<CheckResult> ask(Credential credential);
}
