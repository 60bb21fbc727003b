package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.support.Secrets;
import dev.authbridge.support.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk, simulated by a limit on file sizes, which needs no root. */
class DiskFullTest {
    private static final Owner ALICE = new Owner("alice");

    @TempDir
    private Path data;

    @Test
    void nothingIsLostWhenNothingCanBeWritten() throws Exception {
        FileVault vault = FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        vault.keep(ALICE, Secrets.credential(1));
        Map<String, byte[]> before = files();

        List<String> said = runOnFullDisk();

        assertEquals(4, said.size(), said.toString());
        for (String line : said) {
            assertTrue(line.contains("storage_failed Could not "), line);
            assertTrue(line.contains("File too large"), line);
        }
        Map<String, byte[]> after = files();
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, content) -> assertArrayEquals(content, after.get(name), name));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
        vault.keep(ALICE, Secrets.credential(2));
        assertEquals(Secrets.token(2).reveal(), vault.read(ALICE).orElseThrow().reveal());
    }

    private List<String> runOnFullDisk() throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -f 0; exec \"$@\"", "bash"));
        command.addAll(TestPrograms.command(DiskFullWriter.class, List.of(data.toString())));
        Process writer = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(writer.getInputStream().readAllBytes(), UTF_8);
            assertTrue(writer.waitFor(20, TimeUnit.SECONDS));
            assertEquals(0, writer.exitValue(), said);
            return said.lines().toList();
        } finally {
            writer.destroyForcibly();
        }
    }

    private Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (var entries = Files.list(data.resolve("vault"))) {
            for (Path file : entries.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }
}
