package dev.authbridge.web.ops;

import dev.authbridge.credential.CheckResult.Validity;
import dev.authbridge.credential.Credentials;

/** Tells the metrics when each owner's credential ends, whether that is soon, and whether it works. */
public final class CredentialMeter {
    private CredentialMeter() {}

    public static void addTo(Metrics metrics, Credentials credentials) {
        metrics.gaugeByOwner(
                "claude_auth_credential_expires_timestamp_seconds",
                "When the credential ends, estimated, in seconds since 1970.",
                report -> credentials.all().forEach((owner, status) -> status.summary()
                        .expiresAt()
                        .ifPresent(end -> report.accept(owner.name(), end.getEpochSecond()))));
        metrics.gaugeByOwner(
                "claude_auth_credential_valid",
                "1 if the service took the credential when it was asked last, 0 if it refused it.",
                report -> credentials.all().forEach((owner, status) -> {
                    if (status.validity() != Validity.UNKNOWN) {
                        report.accept(owner.name(), status.validity() == Validity.VALID ? 1 : 0);
                    }
                }));
        metrics.gaugeByOwner(
                "claude_auth_credential_warning_days",
                "30, 7 or 1 once the credential ends within that many days, 0 once it has ended; estimated.",
                report -> credentials.all().forEach((owner, status) -> status.warning()
                        .ifPresent(days -> report.accept(owner.name(), days))));
    }
}
