package dev.authbridge.access;

import java.util.Locale;

/** What a key lets its bearer do. */
public enum Scope {
    /** Signs in and out, and sees the status. */
    LOGIN,
    /** Reads the credential itself, for a sandbox. */
    READ_CREDENTIAL;

    /** The name in the keys file, in lower case with hyphens. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
