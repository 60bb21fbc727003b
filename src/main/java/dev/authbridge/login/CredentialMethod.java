package dev.authbridge.login;

import java.util.Locale;

/** How an owner is signed in. */
public enum CredentialMethod {
    /** The one-year token of {@code claude setup-token}, billed to a Claude subscription. */
    OAUTH_TOKEN,
    /** An API key from the vendor's console, billed by use. */
    API_KEY;

    /** The name on the wire, in lower case with underscores. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
