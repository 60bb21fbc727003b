package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.credential.SeenCredentials.Ambient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AmbientCredentialsTest {
    private static final String FILE =
            "{\"claudeAiOauth\":{\"accessToken\":\"sk-ant-oat01-made-up\",\"expiresAt\":1772366400000}}";

    @TempDir
    private Path home;

    @Test
    void anEmptyMachineHasNoCli() {
        assertEquals(List.of(), found(Map.of()));
        assertEquals(List.of(), found(Map.of("ANTHROPIC_API_KEY", "", "CLAUDE_CODE_OAUTH_TOKEN", " ")));
    }

    @Test
    void theCredentialThatTheCliWouldUseIsFirst() throws Exception {
        Files.createDirectory(home.resolve(".claude"));
        Path file = Files.writeString(home.resolve(".claude/.credentials.json"), FILE);
        assertEquals(
                List.of(
                        new Ambient(
                                AmbientCredentials.Source.ANTHROPIC_API_KEY.wireName(),
                                ClaudeCredential.API_KEY.wireName(),
                                Optional.empty()),
                        new Ambient(
                                AmbientCredentials.Source.CLAUDE_CODE_OAUTH_TOKEN.wireName(),
                                ClaudeCredential.OAUTH_TOKEN.wireName(),
                                Optional.empty()),
                        new Ambient(
                                AmbientCredentials.Source.CLI_FILE.wireName(),
                                ClaudeCredential.OAUTH_TOKEN.wireName(),
                                Optional.of(Instant.ofEpochMilli(1772366400000L)))),
                found(Map.of("CLAUDE_CODE_OAUTH_TOKEN", "sk-ant-oat01-x", "ANTHROPIC_API_KEY", "sk-ant-api03-x")));
        assertEquals(FILE, Files.readString(file));
    }

    @Test
    void withoutAHomeFolderNothingIsLookedForInTheWorkingFolder() {
        String before = System.getProperty("user.home");
        System.setProperty("user.home", "?");
        try {
            for (String none : List.of("", "?", "relative")) {
                assertEquals(List.of(), new AmbientCredentials(Map.of("HOME", none)).found());
            }
        } finally {
            System.setProperty("user.home", before);
        }
    }

    @Test
    void theCliMayHaveItsFolderElsewhere() throws Exception {
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve(".credentials.json"), FILE);
        assertEquals(
                AmbientCredentials.Source.CLI_FILE.wireName(),
                found(Map.of("CLAUDE_CONFIG_DIR", elsewhere.toString())).get(0).source());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{\"claudeAiOauth\":7}",
                "{\"claudeAiOauth\":{}}",
                "{\"claudeAiOauth\":{\"accessToken\":\"\"}}",
                "{\"claudeAiOauth\":{\"accessToken\":"
            })
    void aCredentialFileThatIsNotUnderstoodCountsAsNone(String content) throws Exception {
        Files.createDirectory(home.resolve(".claude"));
        Files.writeString(home.resolve(".claude/.credentials.json"), content);
        assertEquals(List.of(), found(Map.of()));
    }

    private List<Ambient> found(Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("HOME", home.toString());
        return new AmbientCredentials(environment).found();
    }
}
