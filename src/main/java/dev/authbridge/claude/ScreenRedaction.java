package dev.authbridge.claude;

import java.util.regex.Pattern;

/** Takes out of a text of the CLI whatever could be a token, a code or a sign-in address, so that it may be logged. */
final class ScreenRedaction {
    private static final Pattern ADDRESS =
            Pattern.compile("https?://\\S*|\\S*oauth/authorize\\S*", Pattern.CASE_INSENSITIVE);
    /** A token by its prefix; and whatever is as long as half a code, with or without its mask. */
    private static final Pattern SECRET = Pattern.compile("sk-ant-\\S*|[A-Za-z0-9_#*%+/=.~-]{16,}");

    private ScreenRedaction() {}

    static String redact(String text) {
        return SECRET.matcher(ADDRESS.matcher(text).replaceAll("[address]")).replaceAll("[redacted]");
    }
}
