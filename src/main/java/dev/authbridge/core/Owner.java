package dev.authbridge.core;

import java.util.regex.Pattern;

/**
 * Whose login and whose credential it is.
 *
 * @param name 1 to 64 characters out of {@code a-z 0-9 . _ -}, beginning with a letter or digit; safe as a file name
 */
public record Owner(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** The owner of the key in {@code CLAUDE_AUTH_KEY}. */
    public static final Owner DEFAULT = new Owner("default");

    /** @throws IllegalArgumentException for any other name */
    public Owner {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "an owner's name has 1 to 64 characters out of a-z 0-9 . _ - and begins with a letter or digit");
        }
    }

    /** Whether it can be an owner's name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    @Override
    public String toString() {
        return name;
    }
}
