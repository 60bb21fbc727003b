package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BundleTest extends OnAMachine {
    @Test
    void aBundleContainsNoCredentialAndTrustsOnlyTheGivenFolders() throws Exception {
        keepToken("default");
        Path home = folder.resolve("bundle");
        CommandRun run = run("bundle", home.toString(), "--trust", "/work/project");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode state =
                new ObjectMapper().readTree(home.resolve(".claude.json").toFile());
        assertTrue(state.path("hasCompletedOnboarding").asBoolean());
        assertEquals(1, state.path("projects").size());
        assertTrue(state.path("projects")
                .path("/work/project")
                .path("hasTrustDialogAccepted")
                .asBoolean());
        assertEquals(
                "{ }", Files.readString(home.resolve(".claude/settings.json")).strip());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home)));
        assertTrue(run.out().contains("HOME=" + home), run.out());
        assertFalse(run.out().contains("sk-ant"), run.out());
    }

    @Test
    void aBundleForAnApiKeyNamesTheHelper() throws Exception {
        keepApiKey("alice");
        Path home = folder.resolve("bundle");
        CommandRun run = run("bundle", "--owner", "alice", home.toString());
        assertEquals(0, run.exitCode());
        String helper = new ObjectMapper()
                .readTree(home.resolve(".claude/settings.json").toFile())
                .path("apiKeyHelper")
                .asText();
        assertTrue(helper.endsWith(" key-helper --owner alice"), helper);
        assertTrue(helper.startsWith("CLAUDE_CREDENTIALS_PATH=" + data + " "), helper);
        assertFalse(helper.contains("sk-ant"), helper);
        // Claude asks about a key in its environment, and not about a helper.
        assertTrue(
                run.out().contains(" exec --owner alice -- env -u CLAUDE_CONFIG_DIR -u ANTHROPIC_API_KEY HOME="),
                run.out());
    }

    @Test
    void theWarningAboutTheModeWithoutQuestionsIsAnsweredOnlyOnRequest() throws Exception {
        keepToken("default");
        Path home = folder.resolve("bundle");
        CommandRun run = run("bundle", "--accept-bypass-permissions", home.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                new ObjectMapper().readTree("{\"skipDangerousModePermissionPrompt\":true}"),
                new ObjectMapper()
                        .readTree(home.resolve(".claude/settings.json").toFile()));
        assertTrue(run.out().strip().endsWith(" claude --dangerously-skip-permissions"), run.out());
        assertTrue(run.err().contains("unless --trust names it"), run.err());

        keepApiKey("alice");
        Path other = folder.resolve("other");
        run("bundle", "--owner=alice", "--accept-bypass-permissions", "--trust=/work", other.toString());
        assertEquals(
                List.of("apiKeyHelper", "skipDangerousModePermissionPrompt"),
                names(new ObjectMapper()
                        .readTree(other.resolve(".claude/settings.json").toFile())));
        CommandRun plain = run("bundle", folder.resolve("plain").toString());
        assertTrue(plain.out().strip().endsWith(" claude"), plain.out());
    }

    @Test
    void aBundleIsNotMadeWhereOthersCouldChangeOrReadIt() throws Exception {
        Path home = Files.createDirectory(folder.resolve("bundle"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx---r-x"));
        CommandRun run = run("bundle", home.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(home + " can be read by every user: chmod o-rx " + home), run.err());
        try (var entries = Files.list(home)) {
            assertEquals(0, entries.count());
        }
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        assertEquals(0, run("bundle", home.toString()).exitCode());
    }

    /** A variable in the settings would come back in spite of exec. */
    @Test
    void aBundleSetsNoVariables() throws Exception {
        keepApiKey("default");
        environment.put("ANTHROPIC_BASE_URL", "http://gateway.example");
        Path home = folder.resolve("bundle");
        CommandRun run = run("bundle", home.toString());
        assertEquals(0, run.exitCode(), run.err());
        JsonNode settings = new ObjectMapper()
                .readTree(home.resolve(".claude/settings.json").toFile());
        assertEquals(List.of("apiKeyHelper"), names(settings));
        assertFalse(Files.readString(home.resolve(".claude.json")).contains("gateway"));
        assertFalse(run.out().contains("--keep-base-url"), run.out());
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aBundleOverwritesNothing() throws Exception {
        Path home = Files.createDirectory(folder.resolve("bundle"));
        Files.writeString(home.resolve("mine"), "mine");
        CommandRun run = run("bundle", home.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("is not empty"), run.err());
        assertEquals(
                2,
                run("bundle", folder.resolve("other").toString(), "--trust", "relative")
                        .exitCode());
    }
}
