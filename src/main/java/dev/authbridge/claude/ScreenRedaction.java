package dev.authbridge.claude;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of a text of the CLI whatever could be a token, a code or a sign-in address, so that it may be logged. */
final class ScreenRedaction {
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern ADDRESS = Pattern.compile("https?://\\S*", Pattern.CASE_INSENSITIVE);
    private static final Pattern SIGN_IN = Pattern.compile("oauth/authorize", Pattern.CASE_INSENSITIVE);

    /** A token by its prefix; and whatever is as long as half a code, with or without its mask. */
    private static final Pattern SECRET = Pattern.compile("sk-ant-\\S*|[A-Za-z0-9_#*%+/=.~-]{16,}");

    private static final Pattern TOKEN = Pattern.compile("sk-ant-\\S*");
    private static final int LONGEST_QUOTE = 300;

    private ScreenRedaction() {}

    /** In a time that grows with the length of the text and no faster, blanks or none. */
    static String redact(String text) {
        String withoutAddresses = WORD.matcher(text).replaceAll(word -> withoutAddress(word.group()));
        return SECRET.matcher(withoutAddresses).replaceAll("[redacted]");
    }

    /** A piece of a sign-in address may have lost its beginning to a row's end. */
    private static String withoutAddress(String word) {
        String rest = SIGN_IN.matcher(word).find()
                ? "[address]"
                : ADDRESS.matcher(word).replaceFirst("[address]");
        return Matcher.quoteReplacement(rest);
    }

    /** What the CLI says to its user, for the same user: one line, not endless, and no token. */
    static String quote(String words) {
        String stripped = words.strip();
        // Cut first: of megabytes without a blank, patterns make minutes.
        String beginning = stripped.length() > LONGEST_QUOTE ? stripped.substring(0, LONGEST_QUOTE) + "…" : stripped;
        return TOKEN.matcher(beginning).replaceAll("[redacted]").replaceAll("\\p{Cntrl}+", " ");
    }
}
