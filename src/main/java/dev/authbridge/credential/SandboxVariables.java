package dev.authbridge.credential;

import dev.authbridge.login.CredentialMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a sandbox's environment has to be changed so that a Claude in it uses one credential and no other.
 *
 * @param set variables to set; the value is the secret, so the text form does not show it
 * @param unset variables to remove, since they outrank what is set or change what it means
 */
public record SandboxVariables(Map<String, String> set, List<String> unset) {
    private static final String TOKEN = "CLAUDE_CODE_OAUTH_TOKEN";
    private static final String API_KEY = "ANTHROPIC_API_KEY";

    /**
     * Measured with 2.1.330: each {@code USE_} of a provider makes it report {@code third_party} in spite of the token, and
     * each {@code FILE_DESCRIPTOR} makes it wait for ever. The others it reads, too, and they belong to somebody else's
     * session.
     */
    private static final List<String> CONFLICTING = List.of(
            "ANTHROPIC_AUTH_TOKEN",
            "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
            "CLAUDE_CODE_OAUTH_REFRESH_TOKEN",
            "CLAUDE_CODE_OAUTH_SCOPES",
            "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR",
            "CLAUDE_CODE_SESSION_ACCESS_TOKEN",
            "CLAUDE_CODE_USE_BEDROCK",
            "CLAUDE_CODE_USE_VERTEX",
            "CLAUDE_CODE_USE_FOUNDRY",
            "CLAUDE_CODE_USE_MANTLE",
            "CLAUDE_CODE_USE_GATEWAY",
            "CLAUDE_CODE_USE_ANTHROPIC_AWS",
            "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD");

    public SandboxVariables {
        set = Map.copyOf(set);
        unset = List.copyOf(unset);
    }

    public static SandboxVariables of(Credential credential) {
        boolean token = credential.method() == CredentialMethod.OAUTH_TOKEN;
        List<String> unset = new ArrayList<>(List.of(token ? API_KEY : TOKEN));
        unset.addAll(CONFLICTING);
        return new SandboxVariables(Map.of(token ? TOKEN : API_KEY, credential.reveal()), unset);
    }

    /** Changes the environment of a process that is about to start. */
    public void applyTo(Map<String, String> environment) {
        unset.forEach(environment::remove);
        environment.putAll(set);
    }

    @Override
    public String toString() {
        return "SandboxVariables[set " + set.keySet() + ", unset " + unset + "]";
    }
}
