package dev.authbridge.command;

import dev.authbridge.core.OneLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Variables whose names look like the bridge's own, but which it does not know: they are ignored, and whoever set them should
 * learn that. The name that was probably meant is found by the edit distance.
 */
public final class MisspeltVariables {
    /** All variables of the bridge; docs/configuration.md describes them. */
    static final List<String> NAMES = List.of(
            "CLAUDE_AUTH_API_URL",
            "CLAUDE_AUTH_AUDIT",
            "CLAUDE_AUTH_BASE_PATH",
            "CLAUDE_AUTH_BEHIND_PROXY",
            "CLAUDE_AUTH_CHAT",
            "CLAUDE_AUTH_CONTACT",
            "CLAUDE_AUTH_ENABLED",
            "CLAUDE_AUTH_HOST",
            "CLAUDE_AUTH_HOSTS",
            "CLAUDE_AUTH_KEY",
            "CLAUDE_AUTH_KEY_FILE",
            "CLAUDE_AUTH_KEYS_FILE",
            "CLAUDE_AUTH_MASTER_KEY",
            "CLAUDE_AUTH_MASTER_KEY_FILE",
            "CLAUDE_AUTH_MAX_CONNECTIONS",
            "CLAUDE_AUTH_MAX_LOGINS",
            "CLAUDE_AUTH_NOTIFY",
            "CLAUDE_AUTH_NOTIFY_FILE",
            "CLAUDE_AUTH_ORIGINS",
            "CLAUDE_AUTH_PORT",
            "CLAUDE_AUTH_SESSION_IDLE",
            "CLAUDE_AUTH_TIMEOUT",
            "CLAUDE_AUTH_TLS_CERT",
            "CLAUDE_AUTH_TLS_KEY",
            "CLAUDE_AUTH_TRUSTED_PROXIES",
            "CLAUDE_AUTH_WARM",
            "CLAUDE_COMMAND",
            "CLAUDE_CREDENTIALS_PATH");

    /** Names that begin like this are meant for the bridge; the vendor has none of them. */
    private static final Pattern OURS = Pattern.compile("CLAUDE_(AUTH_|CREDENTIALS?_)");

    /** What Kubernetes, and Docker's links before it, set for a service that is named like the bridge. */
    private static final Pattern OF_A_SERVICE =
            Pattern.compile("_SERVICE_(HOST|PORT(_.*)?)$|_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$");

    private static final Pattern PREFIX = Pattern.compile("CLAUDE_(AUTH_)?(BRIDGE_)?");

    private static final int MOST_NAMED = 10;
    private static final int LONGEST_NAME = 80;

    /** Typing errors in a name that does not begin as ours do. */
    private static final int FEW_ERRORS = 2;

    private MisspeltVariables() {}

    /** A sentence for each such variable that has a value, in the order of their names; never contains a value. */
    public static List<String> in(Map<String, String> environment) {
        List<String> sentences = new ArrayList<>();
        int more = 0;
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            if (!isMisspelt(variable.getKey(), variable.getValue())) {
                continue;
            }
            if (sentences.size() == MOST_NAMED) {
                more++;
            } else {
                sentences.add(sentence(variable.getKey()));
            }
        }
        if (more > 0) {
            sentences.add("and " + more + " more such variables are ignored");
        }
        return sentences;
    }

    private static boolean isMisspelt(String name, String value) {
        // Nearly all variables of an environment end here.
        if (!name.regionMatches(true, 0, "CL", 0, 2) && !name.regionMatches(true, 1, "LAUDE", 0, 5)
                || NAMES.contains(name)
                || value.isBlank()) {
            return false;
        }
        String upper = upper(name);
        boolean ofAService = OF_A_SERVICE.matcher(upper).find() || upper.endsWith("_PORT") && value.contains("://");
        return !ofAService
                && (OURS.matcher(upper).lookingAt()
                        || NAMES.stream().anyMatch(known -> distance(known, upper) <= FEW_ERRORS));
    }

    private static String sentence(String name) {
        String shown = OneLine.of(name, LONGEST_NAME);
        if (name.endsWith("_FILE") && NAMES.contains(name.substring(0, name.length() - "_FILE".length()))) {
            return shown + " is ignored: only secrets can be given in a file";
        }
        return shown + " is ignored: the bridge has no variable of this name"
                + meant(upper(name))
                        .map(known -> "; did you mean " + known + "?")
                        .orElse("");
    }

    private static String upper(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST_NAME))
                .toUpperCase(Locale.ROOT)
                .replace('-', '_')
                .replace('.', '_');
    }

    /** The nearest name, by what distinguishes it from the others; otherwise one that begins like it, or has all of its words. */
    private static Optional<String> meant(String name) {
        String core = core(name);
        Comparator<String> nearest = Comparator.comparingInt(known -> distance(core(known), core));
        Stream<String> similar = NAMES.stream()
                .filter(known -> distance(core(known), core)
                        <= Math.max(1, Math.min(core.length(), core(known).length()) / 3));
        Stream<String> ofTheSameWords = NAMES.stream().filter(known -> has(known, core) || has(core, core(known)));
        return similar.min(nearest).or(() -> ofTheSameWords.min(nearest));
    }

    private static String core(String name) {
        return PREFIX.matcher(name).replaceFirst("");
    }

    private static boolean has(String name, String words) {
        return name.startsWith(words) && !words.isEmpty() || ("_" + name + "_").contains("_" + words + "_");
    }

    /** How many characters have to be inserted, removed, replaced or exchanged with their neighbour (optimal string alignment). */
    private static int distance(String one, String other) {
        int[] beforeLast = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        for (int at = 0; at <= other.length(); at++) {
            last[at] = at;
        }
        for (int row = 1; row <= one.length(); row++) {
            int[] next = new int[other.length() + 1];
            next[0] = row;
            for (int at = 1; at <= other.length(); at++) {
                boolean same = one.charAt(row - 1) == other.charAt(at - 1);
                next[at] = Math.min(Math.min(last[at], next[at - 1]) + 1, last[at - 1] + (same ? 0 : 1));
                boolean exchanged = row > 1
                        && at > 1
                        && one.charAt(row - 1) == other.charAt(at - 2)
                        && one.charAt(row - 2) == other.charAt(at - 1);
                if (exchanged) {
                    next[at] = Math.min(next[at], beforeLast[at - 2] + 1);
                }
            }
            beforeLast = last;
            last = next;
        }
        return last[other.length()];
    }
}
