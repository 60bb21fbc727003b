package dev.authbridge.claude.signin;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.CredentialSink;
import java.util.concurrent.CompletionStage;

/** Puts what a sign-in program has won where the credentials are kept. */
public record StoringSink(Credentials credentials) implements CredentialSink {
    @Override
    public CompletionStage<Void> ready(Owner owner) {
        return credentials.ready(owner);
    }

    @Override
    public CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret) {
        return credentials.keep(owner, kind, secret);
    }
}
