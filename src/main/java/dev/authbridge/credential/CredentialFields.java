package dev.authbridge.credential;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What may be told of credentials, by the names of the contract: the same over the socket, over REST and by the commands.
 * Values are texts, numbers, booleans, lists and maps; what is empty is left out.
 */
public final class CredentialFields {
    private CredentialFields() {}

    public static Map<String, Object> of(CredentialSummary credential) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("method", credential.method());
        text(fields, "expiresAt", credential.expiresAt());
        credential.expiresAt().ifPresent(end -> fields.put("expiresAtEstimated", true));
        fields.put("fingerprint", credential.fingerprint());
        fields.put("madeAt", credential.madeAt().toString());
        return fields;
    }

    public static Map<String, Object> of(CredentialStatus credential) {
        Map<String, Object> fields = of(credential.summary());
        fields.put("source", SeenCredentials.BRIDGE);
        text(fields, "label", Optional.of(credential.label()).filter(label -> !label.isEmpty()));
        fields.put("validity", credential.validity().wireName());
        text(fields, "said", credential.lastCheck().map(CheckResult::said));
        text(fields, "checkedAt", credential.lastCheck().map(CheckResult::checkedAt));
        text(fields, "lastUsed", credential.lastUsed());
        credential.warning().ifPresent(days -> fields.put("warning", days));
        return fields;
    }

    /** The one that is kept, also where it cannot be read: then {@code state} says so, and {@code error} what to do. */
    public static Optional<Map<String, Object>> kept(SeenCredentials seen) {
        return seen.unreadable().map(CredentialFields::unreadable).or(() -> seen.kept()
                .map(CredentialFields::of));
    }

    private static Map<String, Object> unreadable(Problem why) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("state", "unreadable");
        fields.put("reason", why.reason().wireName());
        fields.put("error", why.message());
        return fields;
    }

    /** The other credentials on the machine, and which one the CLI uses. */
    public static Map<String, Object> others(SeenCredentials seen) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("found", seen.ambient().stream().map(CredentialFields::of).toList());
        fields.put("conflict", seen.conflict());
        text(fields, "usedByHand", seen.usedByHand());
        text(fields, "usedThroughBridge", seen.usedThroughBridge());
        return fields;
    }

    private static Map<String, Object> of(AmbientCredential other) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("source", other.source());
        fields.put("method", other.method());
        text(fields, "expiresAt", other.expiresAt());
        return fields;
    }

    private static void text(Map<String, Object> fields, String name, Optional<?> value) {
        value.ifPresent(present -> fields.put(name, present.toString()));
    }
}
