package dev.authbridge.credential;

import dev.authbridge.login.CredentialMethod;

/** The vendor's pages on which an owner takes a credential back; deleting it here does not. */
public final class RevocationPage {
    private RevocationPage() {}

    public static String of(CredentialMethod method) {
        return method == CredentialMethod.API_KEY
                ? "https://platform.claude.com/settings/keys"
                : "https://claude.ai/settings/claude-code";
    }
}
