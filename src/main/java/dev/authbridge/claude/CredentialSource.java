package dev.authbridge.claude;

import java.util.Locale;

/** Where a Claude that is started here without the bridge looks for a credential, in its order. */
public enum CredentialSource {
    /** {@code ANTHROPIC_AUTH_TOKEN} of the environment, for gateways. */
    ANTHROPIC_AUTH_TOKEN,
    /** {@code ANTHROPIC_API_KEY} of the environment. */
    ANTHROPIC_API_KEY,
    /** {@code CLAUDE_CODE_OAUTH_TOKEN} of the environment. */
    CLAUDE_CODE_OAUTH_TOKEN,
    /** {@code .credentials.json} of the CLI itself, from its own {@code /login}. */
    CLI_FILE;

    /** The name on the wire, in lower case with underscores. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
