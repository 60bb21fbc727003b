package dev.authbridge;

import dev.authbridge.claude.ScreenRedaction;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes text fit for a log or a terminal: takes out what has the shape of a secret, and control characters. Takes time in
 * proportion to the length of the text, whatever it is.
 *
 * <p>Nothing that is secret should be logged in the first place; this is for what a library logs, and for mistakes.
 */
final class Redaction {
    private static final String REDACTED = "[redacted]";

    /** Each keeps its first group and hides the rest. None can backtrack, and none begins within a word that it has tried. */
    private static final List<Pattern> SECRETS = List.of(
            // A token or API key by its prefix.
            Pattern.compile("()" + ScreenRedaction.TOKEN),
            // Headers with credentials, to the end of the line: as in HTTP, and as Java prints a map of headers.
            Pattern.compile("(?i)(\\b(?:(?:proxy-)?authorization|(?:set-)?cookie2?|x-api-key)\"?\\s*+[:=])[^\\r\\n]++"),
            Pattern.compile("(?i)(\\bbearer\\s++)[\\w.~+/=-]{8,}+"),
            // The access key, and what OAuth puts into addresses.
            Pattern.compile("(?i)([?#&](?:key|code|state|token|ticket|secret|(?:access|refresh|id)_token|client_secret"
                    + "|code_challenge|code_verifier)=)[^\\s&\"'<>]++"),
            Pattern.compile(
                    "(?i)(\"(?:key|apiKey|code|token|secret|password|(?:access|refresh)_token)\"\\s*+:\\s*+\")[^\"]*+"),
            // Addresses of sign-ins, the vendor's and ours, and of devices.
            Pattern.compile("(?i)(oauth/authorize\\?)\\S++"),
            Pattern.compile("(/(?:go/|d[/#]))[\\w-]{16,}+"),
            // The cookies of sessions and devices.
            Pattern.compile("((?:auth|device)(?:-[0-9a-f]{8})?+=)[\\w.!-]{16,}+"),
            // The user and password of a proxy.
            Pattern.compile("(://)[^\\s/@]++(?=@)"),
            // An authorization code with its state.
            Pattern.compile("()(?<![\\w-])[\\w-]{16,}+#[\\w-]{16,}+"),
            // Long random text, such as an authorization code alone.
            Pattern.compile(
                    "()(?<![\\w-])(?=[A-Za-z_-]*+[0-9])(?=[A-Z0-9_-]*+[a-z])(?=[a-z0-9_-]*+[A-Z])[\\w-]{40,}+"));

    /** Invisible marks, such as those that turn the direction of text. */
    private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}++");

    /** Control characters of both kinds (C0 and C1), ends of lines, and halves of characters. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]++");

    private Redaction() {}

    /** One line of at most this many characters, not counting the note of how many are missing. */
    static String line(String text, int limit) {
        String line = CONTROL.matcher(secrets(text)).replaceAll(" ");
        int missing = line.length() - limit;
        return missing <= 0 ? line : line.substring(0, limit) + "… (" + missing + " more characters)";
    }

    /** The same text without secrets and invisible marks; it may still have several lines. */
    static String secrets(String text) {
        String redacted = INVISIBLE.matcher(text).replaceAll("");
        for (Pattern secret : SECRETS) {
            redacted = secret.matcher(redacted).replaceAll("$1" + REDACTED);
        }
        return redacted;
    }
}
