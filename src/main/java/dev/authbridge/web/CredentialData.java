package dev.authbridge.web;

import dev.authbridge.credential.AmbientCredential;
import dev.authbridge.credential.CheckResult;
import dev.authbridge.credential.CredentialSource;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.SeenCredentials;
import dev.authbridge.login.CredentialSummary;
import dev.authbridge.protocol.Data;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is told of credentials, as fields; never one itself. */
final class CredentialData {
    private CredentialData() {}

    static Data of(CredentialSummary credential) {
        return new Data()
                .put("method", credential.method().wireName())
                .put("expiresAt", credential.expiresAt())
                .put("expiresAtEstimated", credential.expiresAt().map(end -> true))
                .put("fingerprint", credential.fingerprint())
                .put("madeAt", credential.madeAt());
    }

    static Data of(CredentialStatus credential) {
        return of(credential.summary())
                .put("source", CredentialSource.BRIDGE.wireName())
                .put("label", Optional.of(credential.label()).filter(label -> !label.isEmpty()))
                .put("validity", credential.validity().wireName())
                .put("said", credential.lastCheck().map(CheckResult::said))
                .put("checkedAt", credential.lastCheck().map(CheckResult::checkedAt))
                .put("lastUsed", credential.lastUsed())
                .put("warning", credential.warning());
    }

    /** What else is on the machine, and which one a Claude uses; nothing where there is nothing else. */
    static Optional<Data> others(SeenCredentials seen) {
        if (seen.ambient().isEmpty()) {
            return Optional.empty();
        }
        List<Map<String, Object>> found = new ArrayList<>();
        for (AmbientCredential other : seen.ambient()) {
            found.add(new Data()
                    .put("source", other.source().wireName())
                    .put("method", other.method().wireName())
                    .put("expiresAt", other.expiresAt())
                    .fields());
        }
        return Optional.of(new Data()
                .put("found", found)
                .put("conflict", seen.conflict())
                .put("usedByHand", seen.usedByHand().map(CredentialSource::wireName))
                .put("usedThroughBridge", seen.usedThroughBridge().map(CredentialSource::wireName)));
    }
}
