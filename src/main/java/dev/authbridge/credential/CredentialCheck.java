package dev.authbridge.credential;

import dev.authbridge.credential.CheckResult.Validity;
import java.util.concurrent.CompletionStage;

/** Asks the service whether it accepts a credential. */
public interface CredentialCheck {
    /**
     * Does not block. The stage completes within 10 seconds, on any thread, and never fails: if something goes wrong, the
     * result is {@link Validity#UNKNOWN}.
     */
    CompletionStage<CheckResult> ask(Credential credential);
}
