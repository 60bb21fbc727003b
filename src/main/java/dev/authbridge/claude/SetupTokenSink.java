package dev.authbridge.claude;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.CredentialSink;
import java.util.concurrent.CompletionStage;

/** Puts what {@code claude setup-token} has won where the credentials are kept. */
public record SetupTokenSink(Credentials credentials) implements CredentialSink {
    @Override
    public CompletionStage<Void> ready(Owner owner) {
        return credentials.ready(owner);
    }

    @Override
    public CompletionStage<CredentialSummary> keep(Owner owner, Secret token) {
        return credentials.keep(owner, CredentialKind.SIGN_IN_TOKEN, token);
    }
}
