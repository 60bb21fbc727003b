package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliHomeTest {
    @Test
    void itIsItsOwnersAloneAndGoesWithAllThatIsInIt(@TempDir Path elsewhere) throws IOException {
        Path kept = Files.writeString(elsewhere.resolve("kept"), "");
        CliHome home = CliHome.create();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.folder())));
        Files.createDirectories(home.configuration().resolve("backups/deep"));
        Files.writeString(home.temporary().resolve("left"), "");
        Files.createSymbolicLink(home.folder().resolve("link"), elsewhere);
        home.remove();
        home.remove();
        assertFalse(Files.exists(home.folder()));
        assertTrue(Files.exists(kept), "what a link leads to is not its own");
    }

    @Test
    void theNextStartRemovesWhatAKilledServerLeft() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path abandoned = Files.createDirectories(temporary.resolve("claude-auth-bridge-home-1-1/.claude"));
        CliHome own = CliHome.create();
        CliHome.removeLeftovers();
        assertFalse(Files.exists(abandoned.getParent()));
        assertTrue(Files.exists(own.folder()), "this server's own is in use");
        own.remove();
    }

    @Test
    void theCliGetsNothingOfTheServersButAFewNames() throws IOException {
        CliHome home = CliHome.create();
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

    @Test
    void whetherAHomeCanBeMadeIsFoundOutEachTimeAndLeavesNothing(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("temporary");
        String fault = CliHome.fault(missing).orElse("nothing");
        assertTrue(fault.startsWith("No program can be given a temporary folder in " + missing), fault);
        Files.createDirectory(missing);
        assertEquals(Optional.empty(), CliHome.fault(missing));
        try (Stream<Path> left = Files.list(missing)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
