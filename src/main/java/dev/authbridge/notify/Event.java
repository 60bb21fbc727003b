package dev.authbridge.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Hashes;
import dev.authbridge.core.Owner;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.CredentialStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something that only a person can mend. It holds no secret, and nothing that a user has written.
 *
 * @param name the same for the same event, also after a restart
 * @param since when it was noticed
 * @param ofChat the owner, if it is about a chat and not about a credential
 * @param fields of the JSON object, besides {@code time}
 */
record Event(String name, Instant since, Optional<Owner> ofChat, Map<String, Object> fields) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The credential ends within 30, 7 or 1 days, or has ended (0). Empty while that is far away. */
    static Optional<Event> ends(Owner owner, CredentialStatus status, Instant now) {
        return status.warning().map(days -> {
            CredentialSummary credential = status.summary();
            String when = days == 0 ? "has ended" : days == 1 ? "ends within a day" : "ends within " + days + " days";
            String name = "ends " + owner + " " + credential.fingerprint() + " " + days;
            Map<String, Object> fields = fields(
                    name,
                    "credential_ends",
                    owner,
                    "The credential of " + owner + " " + when + " (estimated). Sign in again.");
            fields.put("days", days);
            credential
                    .expiresAt()
                    .ifPresent(end -> fields.put(
                            "expiresAt", end.truncatedTo(ChronoUnit.SECONDS).toString()));
            fields.put("method", credential.method());
            fields.put("fingerprint", credential.fingerprint());
            return new Event(name, now, Optional.empty(), fields);
        });
    }

    /** The service refuses the credential. Empty unless it does. */
    static Optional<Event> refused(Owner owner, CredentialStatus status, Instant now) {
        if (status.validity() != Validity.INVALID) {
            return Optional.empty();
        }
        String name = nameOfRefused(owner, status);
        Map<String, Object> fields = fields(
                name + " " + now.toEpochMilli(),
                "credential_refused",
                owner,
                "The service refuses the credential of " + owner + ". Sign in again.");
        fields.put("method", status.summary().method());
        fields.put("fingerprint", status.summary().fingerprint());
        return Optional.of(new Event(name, now, Optional.empty(), fields));
    }

    static String nameOfRefused(Owner owner, CredentialStatus status) {
        return "refused " + owner + " " + status.summary().fingerprint();
    }

    /** A prompt could not be answered because nobody is signed in. */
    static Event chatWaits(Owner owner, Instant now) {
        String name = "chat " + owner;
        return new Event(
                name,
                now,
                Optional.of(owner),
                fields(
                        name + " " + now.toEpochMilli(),
                        "chat_waits",
                        owner,
                        "A chat of " + owner + " waits until somebody signs in."));
    }

    private static Map<String, Object> fields(String id, String event, Owner owner, String text) {
        Map<String, Object> fields = new LinkedHashMap<>();
        byte[] hash = Hashes.sha256("claude-auth-bridge event", id.getBytes(UTF_8));
        fields.put("id", HexFormat.of().formatHex(hash, 0, 8));
        fields.put("event", event);
        fields.put("owner", owner.name());
        fields.put("text", text);
        return fields;
    }

    /** The JSON object that the receiver gets: on each try the same one. */
    String json() {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("time", since.truncatedTo(ChronoUnit.SECONDS).toString());
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text and numbers can be written", e);
        }
    }
}
