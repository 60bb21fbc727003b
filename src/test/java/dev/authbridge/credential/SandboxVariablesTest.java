package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.authbridge.core.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxVariablesTest {
    @Test
    void aTokenTakesThePlaceOfEveryOtherWayToSignIn() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PATH", "/bin",
                "ANTHROPIC_API_KEY", "sk-ant-api03-other",
                "ANTHROPIC_AUTH_TOKEN", "other",
                "CLAUDE_CODE_OAUTH_TOKEN", "old",
                "CLAUDE_CODE_USE_BEDROCK", "1"));
        SandboxVariables.of(Secrets.credential(1)).applyTo(environment);
        assertEquals(
                Map.of(
                        "PATH",
                        "/bin",
                        "CLAUDE_CODE_OAUTH_TOKEN",
                        Secrets.token(1).reveal()),
                environment);
    }

    @Test
    void soDoesAnApiKey() throws Refusal {
        Map<String, String> environment =
                new HashMap<>(Map.of("CLAUDE_CODE_OAUTH_TOKEN", "old", "ANTHROPIC_API_KEY", "old"));
        SandboxVariables.of(Credential.ofApiKey(Secrets.apiKey(1), Secrets.MADE))
                .applyTo(environment);
        assertEquals(Map.of("ANTHROPIC_API_KEY", Secrets.apiKey(1)), environment);
    }

    @Test
    void theTextFormShowsNoSecret() {
        assertFalse(SandboxVariables.of(Secrets.credential(1)).toString().contains("sk-ant"));
    }
}
