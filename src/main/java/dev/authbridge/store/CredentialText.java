package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.CredentialKind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The plain-text form of a credential before encryption: a name, a space and a value on each line. Unknown names are
 * ignored, so that an older version can read what a newer one wrote.
 */
final class CredentialText {
    private CredentialText() {}

    static byte[] write(Credential credential) {
        StringBuilder text = new StringBuilder();
        line(text, "method", credential.kind().wireName());
        line(text, "secret", credential.reveal());
        line(text, "made", credential.madeAt().toString());
        line(text, "label", credential.label());
        credential.lastCheck().ifPresent(check -> {
            line(text, "checked", check.checkedAt().toString());
            line(text, "validity", check.validity().wireName());
            line(text, "said", check.said());
        });
        credential.warnedDays().ifPresent(days -> line(text, "warned", Integer.toString(days)));
        return text.toString().getBytes(UTF_8);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    /** @throws IllegalArgumentException if this version cannot read it; the message reveals none of the content */
    static Credential read(byte[] content, List<CredentialKind> kinds) {
        Map<String, String> fields = new HashMap<>();
        for (String line : new String(content, UTF_8).split("\n")) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                fields.put(line.substring(0, blank), line.substring(blank + 1));
            }
        }
        try {
            return new Credential(
                    kind(kinds, fields.getOrDefault("method", "")),
                    fields.getOrDefault("secret", ""),
                    Instant.parse(fields.getOrDefault("made", "")),
                    fields.getOrDefault("label", ""),
                    check(fields),
                    Optional.ofNullable(fields.get("warned")).map(Integer::valueOf));
        } catch (DateTimeException | Refusal | IllegalArgumentException e) {
            throw new IllegalArgumentException("contains something that this version of the bridge does not know");
        }
    }

    private static CredentialKind kind(List<CredentialKind> kinds, String wireName) {
        for (CredentialKind kind : kinds) {
            if (kind.wireName().equals(wireName)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown kind of credential");
    }

    private static Optional<CredentialCheck.Result> check(Map<String, String> fields) {
        return fields.containsKey("checked")
                ? Optional.of(new CredentialCheck.Result(
                        validity(fields.getOrDefault("validity", "")),
                        fields.getOrDefault("said", ""),
                        Instant.parse(fields.get("checked"))))
                : Optional.empty();
    }

    private static Validity validity(String wireName) {
        return Validity.valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
