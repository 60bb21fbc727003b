package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaudeInstallationTest {
    @Test
    void theVersionIsOne() {
        assertTrue(ClaudeInstallation.VERSION.matches("\\d+\\.\\d+\\.\\d+"), ClaudeInstallation.VERSION);
    }

    /** A lock file needs the checksums of its packages, so it cannot be derived without the registry. */
    @Test
    void theTestsAreRunWithTheVersionThatTheBridgeInstalls() throws IOException {
        String update = "src/test/npm/update takes the version over";
        JsonNode packages = new ObjectMapper().readTree(new File("src/test/npm/package.json"));
        assertEquals(
                "npm:@anthropic-ai/claude-code@" + ClaudeInstallation.VERSION,
                packages.path("dependencies").path("claude-default").asText(),
                update);
        JsonNode locked = new ObjectMapper().readTree(new File("src/test/npm/package-lock.json"));
        assertEquals(
                ClaudeInstallation.VERSION,
                locked.path("packages")
                        .path("node_modules/claude-default")
                        .path("version")
                        .asText(),
                update);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "Dockerfile", "README.md", "docs/docker.md", "src/test/docker/smoke"})
    void whatTakesTheVersionFromItsOnePlaceDoesNotNameItAgain(String file) throws IOException {
        assertFalse(Files.readString(Path.of(file)).contains(ClaudeInstallation.VERSION), file);
    }
}
