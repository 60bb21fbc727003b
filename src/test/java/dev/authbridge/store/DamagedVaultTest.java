package dev.authbridge.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Owner;
import dev.authbridge.support.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The vault when something else has changed its files. */
class DamagedVaultTest extends InAVaultFolder {
    @Test
    void aFileOfAnotherOwnerDoesNotOpen() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        vault().keep(BOB, Secrets.credential(2));
        Files.copy(file, folder.resolve("carol.credential"));
        storageFailed(() -> vault().read(new Owner("carol")));
        Files.move(folder.resolve("bob.credential"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        storageFailed(() -> vault().read(ALICE));
    }

    @Test
    void aFileCutAtAnyLengthDoesNotOpenAndStays() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        byte[] whole = Files.readAllBytes(file);
        FileVault vault = vault();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);
            storageFailed(() -> vault.read(ALICE));
            storageFailed(() -> vault.keep(ALICE, Secrets.credential(2)));
            assertArrayEquals(cut, Files.readAllBytes(file));
        }
    }

    @Test
    void aFileWithOneBitChangedAnywhereDoesNotOpen() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        byte[] whole = Files.readAllBytes(file);
        FileVault vault = vault();
        for (int at = 0; at < whole.length * Byte.SIZE; at++) {
            byte[] changed = whole.clone();
            changed[at / Byte.SIZE] ^= (byte) (1 << at % Byte.SIZE);
            Files.write(file, changed);
            storageFailed(() -> vault.read(ALICE));
        }
    }

    @Test
    void aHugeFileAndOneOfALaterVersionHaveDifferentMessages() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        Files.write(file, new byte[1_000_000]);
        assertTrue(storageFailed(() -> vault().read(ALICE)).contains("too large"));
        Files.writeString(file, "claude-auth-bridge credential 1\nkey 0123456789abcdef\n" + "A".repeat(60_000) + "\n");
        assertTrue(storageFailed(() -> vault().read(ALICE)).contains("needs the master key"));
        Files.writeString(file, "claude-auth-bridge credential 2\nanything\n");
        assertTrue(storageFailed(() -> vault().read(ALICE)).contains("later version"));
    }

    @Test
    void aLinkInPlaceOfAFileIsNeverFollowed() throws Exception {
        Path elsewhere = Files.writeString(data.resolve("elsewhere"), "untouched");
        vault();
        Files.createSymbolicLink(file, elsewhere);
        storageFailed(() -> vault().read(ALICE));
        storageFailed(() -> vault().keep(ALICE, Secrets.credential(1)));
        assertTrue(vault().delete(ALICE));
        assertEquals("untouched", Files.readString(elsewhere));
    }

    @Test
    void aLinkInPlaceOfTheFolderIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
        Files.createSymbolicLink(folder, elsewhere);
        storageFailed(this::vault);
        assertEquals(List.of(), List.of(elsewhere.toFile().list()));
    }

    @Test
    void noOwnerCanHaveANameThatLeavesTheFolder() {
        for (String name :
                List.of("", ".", "..", "../alice", "a/b", ".hidden", "A", "a\0", "a\n", "ä", "z".repeat(65))) {
            assertThrows(IllegalArgumentException.class, () -> new Owner(name), name);
        }
    }

    @Test
    void otherFilesInTheFolderAreNotOwners() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        Files.writeString(folder.resolve("UPPER.credential"), "x");
        Files.writeString(folder.resolve(".credential"), "x");
        Files.writeString(folder.resolve("notes.txt"), "x");
        assertEquals(List.of(ALICE), vault().owners());
    }

    @Test
    void whatAKilledWriterLeftIsRemoved() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        Files.writeString(folder.resolve(".alice.credential.0123456789abcdef.tmp"), "half a cred");
        Files.writeString(folder.resolve(".master.key.0123456789abcdef.tmp"), "half a key");
        vault();
        assertEquals(List.of(".lock", "alice.credential", "master.key"), names());
        assertEquals(
                Secrets.token(1).reveal(), vault().read(ALICE).orElseThrow().reveal());
    }

    @Test
    void aWriteThatFailsLeavesTheEarlierOneAndNothingElse() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        FileVault vault = vault();
        // a folder in place of the file cannot be replaced by a rename
        Files.createDirectories(folder.resolve("bob.credential/inside"));
        storageFailed(() -> vault.keep(BOB, Secrets.credential(2)));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
        assertEquals(List.of(".lock", "alice.credential", "bob.credential", "master.key"), names());
    }
}
