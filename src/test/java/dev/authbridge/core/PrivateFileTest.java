package dev.authbridge.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
    @TempDir
    private Path folder;

    private void replace(Path file, String content) throws IOException {
        PrivateFile.replace(file, folder.resolve("beside"), content.getBytes(UTF_8));
    }

    @Test
    void aFileIsReplacedAsAWholeAndBelongsToItsUserAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "the earlier content, which is longer");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        replace(file, "new");
        assertEquals("new", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(Files.exists(folder.resolve("beside")));
    }

    @Test
    void whatIsBesideItIsNeitherFollowedNorKept() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "somebody's");
        Files.createSymbolicLink(folder.resolve("beside"), elsewhere);
        replace(folder.resolve("file"), "new");
        assertEquals("new", Files.readString(folder.resolve("file")));
        assertEquals("somebody's", Files.readString(elsewhere));
    }

    @Test
    void whatCannotBeReplacedStaysAndNothingIsLeft() throws IOException {
        Path occupied = Files.createDirectories(folder.resolve("occupied/by")).getParent();
        assertThrows(IOException.class, () -> replace(occupied, "new"));
        assertFalse(Files.exists(folder.resolve("beside")));
    }
}
