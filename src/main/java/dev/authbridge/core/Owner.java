package dev.authbridge.core;

import java.util.regex.Pattern;

/**
 * The owner of a login and of a credential.
 *
 * @param name 1 to 64 characters out of {@code a-z 0-9 . _ -}, beginning with a letter or digit, so that it is safe as a
 *     file name
 */
public record Owner(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** The owner to whom the key in {@code CLAUDE_AUTH_KEY} belongs. */
    public static final Owner DEFAULT = new Owner("default");

    /** @throws IllegalArgumentException if the name does not have this form */
    public Owner {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "an owner's name has 1 to 64 characters out of a-z 0-9 . _ - and begins with a letter or digit");
        }
    }

    /** Whether this is a valid name for an owner. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    @Override
    public String toString() {
        return name;
    }
}
