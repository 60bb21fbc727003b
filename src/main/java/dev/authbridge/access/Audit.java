package dev.authbridge.access;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.OneLine;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes down who did what, when and from where, one line for each event; its form is described in docs/audit.md. A line has
 * no secret: of a key it has the beginning of its hash. Only who has shown a valid key, session or invitation causes a line,
 * so strangers cannot fill the log.
 *
 * <p>Confined to the event loop.
 */
public final class Audit {
    /** The name of the logger that gets the lines, so that they can be routed to a place of their own. */
    public static final String LOGGER = "dev.authbridge.audit";

    private static final Logger LOG = System.getLogger(LOGGER);
    private static final Duration BETWEEN_REFUSALS = Duration.ofMinutes(1);
    private static final int HASH_DIGITS = 8;
    private static final int LONGEST_VALUE = 200;

    private final boolean json;
    private final InstantSource clock;
    private final Consumer<String> lines;
    private final Map<String, Refusals> refusals = new HashMap<>();

    /** What is written down. */
    public enum Event {
        SESSION_OPENED,
        SESSION_ENDED,
        LOGIN_STARTED,
        CODE_SUBMITTED,
        LOGIN_CANCELLED,
        LOGIN_COMPLETED,
        LOGIN_FAILED,
        API_KEY_STORED,
        TOKEN_STORED,
        ORGANIZATION_ASKED,
        ORGANIZATION_ACCEPTED,
        ORGANIZATION_REFUSED,
        CREDENTIAL_HELD,
        CREDENTIAL_RELEASED,
        CREDENTIAL_HANDED_OVER,
        SIGNED_OUT,
        DEVICE_INVITED,
        DEVICE_JOINED,
        DEVICE_THROWN_OUT,
        SCOPE_REFUSED;

        /** Its name in a line, in lower case with underscores. */
        public String lineName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How often a key was refused, and when that was written down last. */
    private record Refusals(Instant writtenAt, int since) {}

    /** @param json whether each line is a JSON object */
    public Audit(boolean json, InstantSource clock) {
        this(json, clock, line -> LOG.log(Level.INFO, line));
    }

    /** @param lines gets each line, without its end */
    public Audit(boolean json, InstantSource clock, Consumer<String> lines) {
        this.json = json;
        this.clock = clock;
        this.lines = lines;
    }

    /**
     * Writes down what the bearer of a key or session has done.
     *
     * @param more further names and values in turn; empty values are left out
     */
    public void record(Event event, Bearer bearer, Peer peer, String... more) {
        List<String> all = new ArrayList<>(List.of("session", bearer.session().orElse("")));
        all.addAll(List.of(more));
        record(event, bearer.owner(), Optional.of(bearer.key().sha256()), peer, all.toArray(String[]::new));
    }

    /**
     * Writes down what was done with somebody's login, session or credential.
     *
     * @param keySha256 the hash of the access key with which it was done, if it was done with one
     * @param more further names and values in turn; empty values are left out
     */
    public void record(Event event, Owner owner, Optional<String> keySha256, Peer peer, String... more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("event", event.lineName());
        fields.put("owner", owner.name());
        fields.put(
                "keyHash", keySha256.map(hash -> hash.substring(0, HASH_DIGITS)).orElse(""));
        fields.put("address", peer.address());
        fields.put("device", peer.device());
        for (int at = 0; at < more.length; at += 2) {
            fields.put(more[at], more[at + 1]);
        }
        fields.values().removeIf(String::isEmpty);
        lines.accept(json ? json(fields) : text(fields));
    }

    /** Writes down that a valid key lacks the scope for what was asked; for each key at once, and then once a minute at most. */
    public void refused(Bearer bearer, Peer peer, Scope scope) {
        String key = bearer.key().sha256();
        Instant now = clock.instant();
        Refusals before = refusals.getOrDefault(key, new Refusals(now.minus(BETWEEN_REFUSALS), 0));
        int times = before.since() + 1;
        Duration since = Duration.between(before.writtenAt(), now);
        // It is negative if the clock has been set back.
        if (!since.isNegative() && since.compareTo(BETWEEN_REFUSALS) < 0) {
            refusals.put(key, new Refusals(before.writtenAt(), times));
            return;
        }
        refusals.put(key, new Refusals(now, 0));
        record(Event.SCOPE_REFUSED, bearer, peer, "scope", scope.fileName(), "times", Integer.toString(times));
    }

    /** {@code audit name=value name="value with blanks"}; the log itself adds the time. */
    private static String text(Map<String, String> fields) {
        StringBuilder line = new StringBuilder("audit");
        fields.forEach((name, value) -> {
            boolean plain = value.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\');
            line.append(' ').append(name).append('=').append(plain ? value : quoted(value));
        });
        return line.toString();
    }

    private String json(Map<String, String> fields) {
        StringBuilder line =
                new StringBuilder("{\"time\":").append(quoted(clock.instant().toString()));
        fields.forEach(
                (name, value) -> line.append(",\"").append(name).append("\":").append(quoted(value)));
        return line.append('}').toString();
    }

    private static String quoted(String value) {
        return '"' + OneLine.of(value, LONGEST_VALUE).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
