package dev.authbridge.claude.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerHomesTest {
    private static final Owner ANNA = new Owner("anna");

    @TempDir
    Path data;

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theHomeIsItsOwnersAloneAndStays() throws IOException {
        OwnerHomes homes = new OwnerHomes(data.resolve("not-there-yet"));
        OwnerHomes.OwnerHome home = homes.of(ANNA);
        assertEquals("rwx------", mode(home.folder()));
        assertEquals("rwx------", mode(home.folder().getParent()));
        assertEquals("rwx------", mode(home.configuration()));
        Path notes = home.configuration().resolve(".claude.json");
        assertEquals("rw-------", mode(notes));
        Files.writeString(notes, "{\"userID\":\"kept\"}");
        Files.setPosixFilePermissions(home.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(home, homes.of(ANNA));
        assertEquals("rwx------", mode(home.folder()));
        assertEquals("{\"userID\":\"kept\"}", Files.readString(notes));
    }

    @Test
    void whatOldVersionsLeaveOfEachRunDoesNotPileUp() throws IOException {
        OwnerHomes homes = new OwnerHomes(data);
        Path debug = Files.createDirectory(homes.of(ANNA).configuration().resolve("debug"));
        Path old = Files.writeString(debug.resolve("old.txt"), "");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path running = Files.writeString(debug.resolve("running.txt"), "");
        homes.of(ANNA);
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(running));
    }

    @Test
    void whatCannotBeRemovedKeepsNobodyFromAsking() throws IOException {
        OwnerHomes homes = new OwnerHomes(data);
        Path debug = Files.createDirectory(homes.of(ANNA).configuration().resolve("debug"));
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        Path folder = Files.createDirectory(debug.resolve("a-folder"));
        Files.writeString(folder.resolve("file"), "");
        Files.setLastModifiedTime(folder, longAgo);
        Path old = Files.writeString(debug.resolve("old.txt"), "");
        Files.setLastModifiedTime(old, longAgo);
        homes.of(ANNA);
        assertTrue(Files.exists(folder));
        assertFalse(Files.exists(old));
    }

    @Test
    void notesThatWereNeverWrittenAreWrittenTheNextTime() throws IOException {
        OwnerHomes homes = new OwnerHomes(data);
        Path notes = homes.of(ANNA).configuration().resolve(".claude.json");
        String asUsual = Files.readString(notes);
        Files.writeString(notes, "");
        homes.of(ANNA);
        assertEquals(asUsual, Files.readString(notes));
    }

    @Test
    void eachOwnerHasAnother() throws IOException {
        OwnerHomes homes = new OwnerHomes(data);
        assertNotEquals(homes.of(ANNA).folder(), homes.of(new Owner("ben")).folder());
    }

    @Test
    void aLinkInTheHomesPlaceIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        Files.createDirectory(data.resolve("chat"));
        Files.createSymbolicLink(data.resolve("chat/anna"), elsewhere);
        assertThrows(IOException.class, () -> new OwnerHomes(data).of(ANNA));
        assertFalse(Files.exists(elsewhere.resolve(".claude")));
    }
}
