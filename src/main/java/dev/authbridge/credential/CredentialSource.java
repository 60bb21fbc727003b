package dev.authbridge.credential;

import java.util.Locale;

/** Where a credential comes from. In the order in which a Claude that is started here without the bridge looks. */
public enum CredentialSource {
    /** {@code ANTHROPIC_AUTH_TOKEN} of the environment, for gateways. */
    ANTHROPIC_AUTH_TOKEN,
    /** {@code ANTHROPIC_API_KEY} of the environment. */
    ANTHROPIC_API_KEY,
    /** {@code CLAUDE_CODE_OAUTH_TOKEN} of the environment. */
    CLAUDE_CODE_OAUTH_TOKEN,
    /** {@code .credentials.json} of the CLI itself, from its own {@code /login}. */
    CLI_FILE,
    /** The bridge's own vault. */
    BRIDGE;

    /** The name on the wire, in lower case with underscores. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
