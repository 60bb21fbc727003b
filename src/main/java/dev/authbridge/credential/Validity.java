package dev.authbridge.credential;

import java.util.Locale;

/** What the service thinks of a credential, as far as is known. */
public enum Validity {
    /** The service took it. */
    VALID,
    /** The service refused it, and will go on doing so. */
    INVALID,
    /** The service did not say: never a reason to throw a credential away. */
    UNKNOWN;

    /** The name on the wire, in lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
