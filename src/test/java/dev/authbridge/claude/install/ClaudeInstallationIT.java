package dev.authbridge.claude.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.support.DeadProxy;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(Tool.NPM)
class ClaudeInstallationIT {
    @Test
    void aMachineWithoutACliGetsOneThatRuns(@TempDir Path data) throws Exception {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        installPatiently(
                new ClaudeInstallation(data, System.getenv(), new PrintStream(progress, true, StandardCharsets.UTF_8)));
        ClaudeCommand command =
                new ClaudeLookup(Optional.empty(), data, data, Map.of()).find().orElseThrow();
        Process version = new ProcessBuilder(command.with(List.of("--version"))).start();
        String said = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, version.waitFor());
        assertTrue(said.startsWith(ClaudeInstallation.VERSION), said);
        assertTrue(progress.toString(StandardCharsets.UTF_8).contains("is installed"));
        assertEquals(List.of(ClaudeInstallation.VERSION), names(data.resolve("cli")), "nothing unfinished is left");
    }

    @Test
    void npmUsesTheConfigurationOfTheMachine(@TempDir Path data, @TempDir Path machine) throws Exception {
        try (DeadProxy nobody = new DeadProxy()) {
            Path configuration = Files.createDirectories(machine.resolve("etc")).resolve("npmrc");
            Files.writeString(configuration, "registry=" + nobody.environment().get("HTTPS_PROXY") + "\n");
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.put("PREFIX", machine.toString());
            ClaudeInstallation installation = new ClaudeInstallation(data, environment, System.out);
            IOException refused = assertThrows(IOException.class, () -> installation.install(() -> {}));
            assertTrue(refused.getMessage().contains("ECONNREFUSED"), refused.getMessage());
        }
    }

    /** As the server does: on a busy machine npm may need longer for its first byte than the first attempt waits. */
    private static void installPatiently(ClaudeInstallation installation) throws Exception {
        try {
            installation.install(() -> {});
        } catch (IOException e) {
            assertTrue(e.getMessage().contains("no answer within"), e.getMessage());
            installation.install(() -> {});
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
