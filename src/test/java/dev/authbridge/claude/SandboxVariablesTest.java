package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.support.Secrets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxVariablesTest {
    @Test
    void withAnAccessTokenEveryOtherWayToSignInIsUnset() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PATH", "/bin",
                "ANTHROPIC_API_KEY", "sk-ant-api03-other",
                "ANTHROPIC_AUTH_TOKEN", "other",
                "CLAUDE_CODE_OAUTH_TOKEN", "old",
                "CLAUDE_CODE_SIMPLE", "1",
                "CLAUDE_CODE_USE_BEDROCK", "1"));
        Secrets.credential(1).sandboxVariables().applyTo(environment);
        assertEquals(
                Map.of(
                        "PATH",
                        "/bin",
                        "CLAUDE_CODE_OAUTH_TOKEN",
                        Secrets.token(1).reveal()),
                environment);
    }

    @Test
    void withAnApiKeyEveryOtherWayToSignInIsUnset() throws Refusal {
        Map<String, String> environment = new HashMap<>(
                Map.of("CLAUDE_CODE_OAUTH_TOKEN", "old", "ANTHROPIC_API_KEY", "old", "CLAUDE_CODE_SIMPLE", "1"));
        ClaudeCredential.apiKey(Secrets.apiKey(1), Secrets.MADE)
                .sandboxVariables()
                .applyTo(environment);
        // Bare mode works with an API key, so that it is the user's choice.
        assertEquals(Map.of("ANTHROPIC_API_KEY", Secrets.apiKey(1), "CLAUDE_CODE_SIMPLE", "1"), environment);
    }

    @Test
    void neitherKindOfCredentialIsSentElsewhere() throws Refusal {
        for (Credential credential :
                List.of(Secrets.credential(1), ClaudeCredential.apiKey(Secrets.apiKey(1), Secrets.MADE))) {
            Map<String, String> diverted = Map.of(
                    "ANTHROPIC_BASE_URL", "http://gateway.example",
                    "ANTHROPIC_CUSTOM_HEADERS", "Authorization: other",
                    "ANTHROPIC_UNIX_SOCKET", "/tmp/socket",
                    "CLAUDE_CODE_API_BASE_URL", "http://gateway.example",
                    "VOICE_STREAM_BASE_URL", "ws://gateway.example",
                    "NODE_TLS_REJECT_UNAUTHORIZED", "0",
                    "BUN_CONFIG_VERBOSE_FETCH", "1",
                    "BUN_INSPECT_PRELOAD", "x.js",
                    "BUN_OPTIONS", "--preload x.js");
            Map<String, String> environment = new HashMap<>(diverted);
            credential.sandboxVariables().applyTo(environment);
            assertEquals(credential.sandboxVariables().set(), environment);

            Map<String, String> kept = new HashMap<>(diverted);
            credential.sandboxVariables().keepingDiverting().applyTo(kept);
            assertEquals(diverted.size() + 1, kept.size());
        }
    }

    @Test
    void theTextFormShowsNoSecret() {
        assertFalse(Secrets.credential(1).sandboxVariables().toString().contains("sk-ant"));
    }
}
