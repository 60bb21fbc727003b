package dev.authbridge.web;

import dev.authbridge.core.Owner;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import dev.authbridge.credential.Validity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps for the metrics when each owner's credential ends, whether that is soon, and whether it works. May be used from any thread. */
final class CredentialMeter {
    private final Credentials credentials;
    private final Map<Owner, CredentialStatus> known = new ConcurrentHashMap<>();

    CredentialMeter(Credentials credentials, Metrics metrics) {
        this.credentials = credentials;
        metrics.gaugeByOwner(
                "claude_auth_credential_expires_timestamp_seconds",
                "When the credential ends, estimated, in seconds since 1970.",
                report -> known.forEach((owner, status) -> status.summary()
                        .expiresAt()
                        .ifPresent(end -> report.accept(owner.name(), end.getEpochSecond()))));
        metrics.gaugeByOwner(
                "claude_auth_credential_valid",
                "1 if the service took the credential when it was asked last, 0 if it refused it.",
                report -> known.forEach((owner, status) -> {
                    if (status.validity() != Validity.UNKNOWN) {
                        report.accept(owner.name(), status.validity() == Validity.VALID ? 1 : 0);
                    }
                }));
        metrics.gaugeByOwner(
                "claude_auth_credential_warning_days",
                "30, 7 or 1 once the credential ends within that many days, 0 once it has ended; estimated.",
                report -> known.forEach(
                        (owner, status) -> status.warning().ifPresent(days -> report.accept(owner.name(), days))));
    }

    /** Reads the owner's credential again. */
    void changed(Owner owner) {
        credentials
                .status(owner)
                .thenAccept(status ->
                        status.ifPresentOrElse(present -> known.put(owner, present), () -> known.remove(owner)));
    }
}
