package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CliEnvironmentTest {
    @Test
    void theCliGetsOnlyAFewOfTheServersVariables() throws IOException {
        TemporaryHome home = TemporaryHome.create();
        Map<String, String> environment = CliEnvironment.of(
                Map.of(
                        "PATH", "/usr/bin",
                        "HTTPS_PROXY", "http://127.0.0.1:9",
                        "NODE_EXTRA_CA_CERTS", "/ca.pem",
                        "HOME", "/root",
                        "ANTHROPIC_API_KEY", "secret",
                        "CLAUDE_CODE_OAUTH_TOKEN", "secret",
                        "CLAUDE_AUTH_MASTER_KEY", "secret",
                        "DISPLAY", ":0",
                        "BROWSER", "firefox",
                        "NODE_OPTIONS", "--require=/evil.js"),
                home);
        assertTrue(Files.isDirectory(Path.of(environment.get("CLAUDE_CONFIG_DIR"))));
        home.remove();
        assertEquals(
                Set.of(
                        "PATH",
                        "HTTPS_PROXY",
                        "NODE_EXTRA_CA_CERTS",
                        "HOME",
                        "TMPDIR",
                        "CLAUDE_CODE_TMPDIR",
                        "TERM",
                        "CLAUDE_CONFIG_DIR",
                        "DISABLE_AUTOUPDATER",
                        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"),
                environment.keySet());
        assertEquals(home.folder().toString(), environment.get("HOME"));
    }
}
