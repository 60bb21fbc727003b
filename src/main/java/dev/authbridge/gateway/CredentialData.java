package dev.authbridge.gateway;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.credential.CredentialFields;
import dev.authbridge.credential.SeenCredentials;
import dev.authbridge.protocol.Data;
import java.util.Optional;

/** What is told of credentials, as data of messages; never one itself. */
final class CredentialData {
    private CredentialData() {}

    static Data of(CredentialSummary credential) {
        return Data.of(CredentialFields.of(credential));
    }

    /** The one that is kept; nothing where there is none. */
    static Optional<Data> kept(SeenCredentials seen) {
        return CredentialFields.kept(seen).map(Data::of);
    }

    /** The other credentials on the machine, and which one the CLI uses; nothing if there are no others. */
    static Optional<Data> others(SeenCredentials seen) {
        return seen.ambient().isEmpty() ? Optional.empty() : Optional.of(Data.of(CredentialFields.others(seen)));
    }
}
