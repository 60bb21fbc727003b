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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The plain-text form of a credential before encryption: a name, a space and a value on each line. Unknown names are kept as
 * they are, so that an older version can read and change what a newer one wrote.
 *
 * <p>A credential that is held back has the method {@code held} and its own in {@code held-method}: versions that do not know
 * this cannot read it, so they neither hand it over nor forget that it is held. The lines of a successor begin with
 * {@code next-}.
 */
final class CredentialText {
    private static final String HELD = "held";
    private static final String NEXT = "next-";

    /** All names that this version knows, without those of a successor. */
    private static final Set<String> NAMES = Set.of(
            "method",
            "held-method",
            "held-since",
            "secret",
            "made",
            "label",
            "organization",
            "checked",
            "validity",
            "said",
            "warned");

    private CredentialText() {}

    static byte[] write(Credential credential) {
        Map<String, String> lines = new LinkedHashMap<>();
        write(credential, "", lines);
        credential.known().successor().ifPresent(successor -> write(successor, NEXT, lines));
        StringBuilder text = new StringBuilder();
        lines.forEach(
                (name, value) -> text.append(name).append(' ').append(value).append('\n'));
        return text.toString().getBytes(UTF_8);
    }

    private static void write(Credential credential, String before, Map<String, String> lines) {
        String method = credential.kind().wireName();
        Credential.Known known = credential.known();
        lines.put(before + "method", known.heldSince().isPresent() ? HELD : method);
        lines.put(before + "secret", credential.reveal());
        lines.put(before + "made", credential.madeAt().toString());
        lines.put(before + "label", known.label());
        known.heldSince().ifPresent(since -> {
            lines.put(before + "held-method", method);
            lines.put(before + "held-since", since.toString());
        });
        known.organization().ifPresent(organization -> lines.put(before + "organization", organization));
        known.lastCheck().ifPresent(check -> {
            lines.put(before + "checked", check.checkedAt().toString());
            lines.put(before + "validity", check.validity().wireName());
            lines.put(before + "said", check.said());
        });
        known.warnedDays().ifPresent(days -> lines.put(before + "warned", Integer.toString(days)));
        known.further().forEach((name, value) -> lines.put(before + name, value));
    }

    /** @throws IllegalArgumentException if this version cannot read it; the message reveals none of the content */
    static Credential read(byte[] content, List<CredentialKind> kinds) {
        Map<String, String> fields = new HashMap<>();
        Map<String, String> next = new HashMap<>();
        for (String line : new String(content, UTF_8).split("\n")) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                String name = line.substring(0, blank);
                boolean ofNext = name.startsWith(NEXT);
                (ofNext ? next : fields).put(ofNext ? name.substring(NEXT.length()) : name, line.substring(blank + 1));
            }
        }
        try {
            return read(
                    fields,
                    next.isEmpty() ? Optional.empty() : Optional.of(read(next, Optional.empty(), kinds)),
                    kinds);
        } catch (DateTimeException | Refusal | IllegalArgumentException e) {
            throw new IllegalArgumentException("contains something that this version of the bridge does not know");
        }
    }

    private static Credential read(
            Map<String, String> fields, Optional<Credential> successor, List<CredentialKind> kinds) throws Refusal {
        String method = fields.getOrDefault("method", "");
        boolean held = method.equals(HELD);
        Map<String, String> further = new HashMap<>(fields);
        further.keySet().removeAll(NAMES);
        return new Credential(
                kind(kinds, held ? fields.getOrDefault("held-method", "") : method),
                fields.getOrDefault("secret", ""),
                Instant.parse(fields.getOrDefault("made", "")),
                new Credential.Known(
                        fields.getOrDefault("label", ""),
                        check(fields),
                        Optional.ofNullable(fields.get("warned")).map(Integer::valueOf),
                        Optional.ofNullable(fields.get("organization")),
                        held ? Optional.of(Instant.parse(fields.getOrDefault("held-since", ""))) : Optional.empty(),
                        successor,
                        further));
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
