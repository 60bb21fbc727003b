package dev.authbridge.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryHomeTest {
    @Test
    void aHomeIsReadableByItsOwnerAloneAndIsRemovedWithItsContents(@TempDir Path elsewhere) throws IOException {
        Path kept = Files.writeString(elsewhere.resolve("kept"), "");
        TemporaryHome home = TemporaryHome.create();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.folder())));
        Files.createDirectories(home.folder().resolve("backups/deep"));
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
        TemporaryHome own = TemporaryHome.create();
        TemporaryHome.removeLeftovers();
        assertFalse(Files.exists(abandoned.getParent()));
        assertTrue(Files.exists(own.folder()), "this server's own is in use");
        own.remove();
    }

    @Test
    void theCheckOfTheTemporaryFolderIsMadeEachTimeAndLeavesNothingBehind(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("temporary");
        String fault = TemporaryHome.fault(missing).orElse("nothing");
        assertTrue(fault.startsWith("No program can be given a temporary folder in " + missing), fault);
        Files.createDirectory(missing);
        assertEquals(Optional.empty(), TemporaryHome.fault(missing));
        try (Stream<Path> left = Files.list(missing)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
