package dev.authbridge.claude;

import dev.authbridge.core.OneLine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Takes out of a text of the CLI whatever could be a token, a code or a sign-in address, so that it may be logged. */
public final class ScreenRedaction {
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern ADDRESS = Pattern.compile("https?://\\S*", Pattern.CASE_INSENSITIVE);
    private static final Pattern SIGN_IN = Pattern.compile("oauth/authorize", Pattern.CASE_INSENSITIVE);

    /** A token by its prefix; and whatever is as long as half a code, with or without its mask. */
    private static final Pattern SECRET = Pattern.compile("sk-ant-\\S*|[A-Za-z0-9_#*%+/=.~-]{16,}");

    /** A regular expression for a token or an API key; it never backtracks. */
    public static final String TOKEN = "sk-ant-\\S*+";

    private static final Pattern TOKENS = Pattern.compile(TOKEN);
    private static final int LONGEST_QUOTE = 300;
    /** Of the output of a program that may have printed without end. */
    private static final int READ_OF_IT = 4_000;

    private static final Pattern CONTROL_SEQUENCE =
            Pattern.compile("\u001b(?:\\[[0-?]*+[ -/]*+[@-~]|\\][^\u0007\u001b]*+(?:\u0007|\u001b\\\\)?+|.)");
    private static final Pattern WORDS = Pattern.compile("\\p{L}{2}");

    private ScreenRedaction() {}

    /** Takes time in proportion to the length of the text, even if the text has no blanks. */
    public static String redact(String text) {
        String withoutAddresses = WORD.matcher(text).replaceAll(word -> withoutAddress(word.group()));
        return SECRET.matcher(withoutAddresses).replaceAll("[redacted]");
    }

    /** A piece of a sign-in address may have lost its beginning at the end of the row above. */
    private static String withoutAddress(String word) {
        String rest = SIGN_IN.matcher(word).find()
                ? "[address]"
                : ADDRESS.matcher(word).replaceFirst("[address]");
        return Matcher.quoteReplacement(rest);
    }

    /** Without colours, links and whatever else a program tells the terminal instead of the person. */
    public static String withoutControlSequences(String text) {
        return CONTROL_SEQUENCE.matcher(text).replaceAll("");
    }

    /**
     * What a CLI printed instead of doing its work, fit to be shown and logged: the lines with words in them as one line of limited
     * length, without control sequences and without secrets.
     */
    public static String said(String output) {
        String beginning = output.substring(0, Math.min(output.length(), READ_OF_IT));
        String words = withoutControlSequences(beginning)
                .lines()
                .filter(line -> WORDS.matcher(line).find())
                .collect(Collectors.joining(" "));
        return quote(redact(OneLine.of(words, READ_OF_IT)));
    }

    /** The CLI's message to its user, fit to be shown to that user: one line, of limited length, without a token. */
    public static String quote(String words) {
        String stripped = words.strip();
        // Cut first: matching megabytes without a blank would take minutes.
        String beginning = stripped.length() > LONGEST_QUOTE ? stripped.substring(0, LONGEST_QUOTE) + "…" : stripped;
        return OneLine.of(TOKENS.matcher(beginning).replaceAll("[redacted]"), LONGEST_QUOTE + 1);
    }
}
