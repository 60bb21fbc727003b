package dev.authbridge.credential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class FileVaultTest extends CredentialVaultConformance {
    private static final Owner ALICE = new Owner("alice");
    private static final Owner BOB = new Owner("bob");
    private static final MasterKeys OTHER_KEY = new MasterKeys(List.of(MasterKey.random()));

    @TempDir
    private Path data;

    private Path folder;
    private Path file;

    @BeforeEach
    void nameTheFiles() {
        folder = data.resolve("vault");
        file = folder.resolve("alice.credential");
    }

    @Override
    FileVault vault() throws LoginException {
        return FileVault.open(data, Optional.empty());
    }

    @Test
    void theFolderAndItsFilesAreTheUsersAlone() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        assertEquals("rwx------", permissions(folder));
        assertEquals("rw-------", permissions(file));
        assertEquals("rw-------", permissions(folder.resolve("master.key")));
        assertEquals("rw-------", permissions(folder.resolve(".lock")));
    }

    @Test
    void aFolderThatOthersMayReadIsClosedToThem() throws Exception {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xrwx"));
        vault();
        assertEquals("rwx------", permissions(folder));
    }

    @Test
    void noFileHoldsTheSecret() throws Exception {
        vault().keep(ALICE, Secrets.credential(1).withLabel("my label"));
        for (String name : names()) {
            String content = Files.readString(folder.resolve(name), ISO_8859_1);
            assertFalse(content.contains("sk-ant"), name);
            assertFalse(content.contains("my label"), name);
        }
    }

    @Test
    void theSameCredentialIsNeverEncryptedTheSameWay() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        byte[] first = Files.readAllBytes(file);
        vault().keep(ALICE, Secrets.credential(1));
        assertFalse(Arrays.equals(first, Files.readAllBytes(file)));
    }

    @Test
    void aReaderMakesNothing() throws Exception {
        FileVault reader = FileVault.readOnly(data, Optional.empty());
        assertEquals(Optional.empty(), reader.read(ALICE));
        assertFalse(reader.delete(ALICE));
        assertFalse(Files.exists(folder));
    }

    @Test
    void aWrongMasterKeyIsNamedAndOverwritesNothing() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        byte[] before = Files.readAllBytes(file);
        MasterKeys right = vault().keys();
        FileVault wrong = FileVault.open(data, Optional.of(OTHER_KEY));

        String message = storageFailed(() -> wrong.read(ALICE));
        assertTrue(message.contains(right.current().id()), message);
        assertTrue(message.contains(OTHER_KEY.current().id()), message);
        storageFailed(() -> wrong.keep(ALICE, Secrets.credential(2)));
        storageFailed(() -> wrong.update(ALICE, Secrets.credential(1), stored -> stored));
        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(
                Secrets.token(1).reveal(), vault().read(ALICE).orElseThrow().reveal());
    }

    @Test
    void whoSignsOutNeedsNoKey() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        FileVault wrong = FileVault.open(data, Optional.of(OTHER_KEY));
        assertTrue(wrong.delete(ALICE));
        wrong.keep(ALICE, Secrets.credential(2));
        assertEquals(Secrets.token(2).reveal(), wrong.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void aLostKeyFileIsNotReplacedWhileThereAreCredentials() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        Path key = folder.resolve("master.key");
        byte[] saved = Files.readAllBytes(key);
        Files.delete(key);
        storageFailed(this::vault);
        storageFailed(() -> FileVault.readOnly(data, Optional.empty()).read(ALICE));
        assertFalse(Files.exists(key));
        Files.write(key, saved);
        assertEquals(
                Secrets.token(1).reveal(), vault().read(ALICE).orElseThrow().reveal());
    }

    @Test
    void aDamagedKeyFileIsLeftAsItIs() throws Exception {
        vault();
        Path key = folder.resolve("master.key");
        Files.writeString(key, "0123456789");
        storageFailed(this::vault);
        assertEquals("0123456789", Files.readString(key));
    }

    @Test
    void severalKeysAtHandReadWhatAnyOfThemWrote() throws Exception {
        MasterKey old = MasterKey.random();
        MasterKey current = MasterKey.random();
        FileVault.open(data, Optional.of(new MasterKeys(List.of(old)))).keep(ALICE, Secrets.credential(1));
        FileVault both = FileVault.open(data, Optional.of(new MasterKeys(List.of(current, old))));
        assertEquals(Secrets.token(1).reveal(), both.read(ALICE).orElseThrow().reveal());
        both.keep(ALICE, Secrets.credential(2));
        FileVault after = FileVault.open(data, Optional.of(new MasterKeys(List.of(current))));
        assertEquals(Secrets.token(2).reveal(), after.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void aNewMasterKeyOpensEverythingAndTheOldOneNothing() throws Exception {
        vault().keep(ALICE, Secrets.credential(1).withLabel("mine"));
        vault().keep(BOB, Secrets.credential(2));
        FileVault server = vault();
        MasterKeys old = server.keys();
        assertEquals(2, FileVault.open(data, Optional.empty()).rotateKey());
        assertNotEquals(old, server.keys());
        assertEquals(1, server.keys().all().size());
        assertEquals("mine", server.read(ALICE).orElseThrow().label());
        assertEquals(Secrets.token(2).reveal(), server.read(BOB).orElseThrow().reveal());
        FileVault withOld = FileVault.open(data, Optional.of(old));
        storageFailed(() -> withOld.read(ALICE));
        server.keep(ALICE, Secrets.credential(3));
        assertEquals(
                Secrets.token(3).reveal(), vault().read(ALICE).orElseThrow().reveal());
    }

    @Test
    void keysOfTheEnvironmentAreReplacedByTheFirstOfThem() throws Exception {
        MasterKey old = MasterKey.random();
        MasterKey current = MasterKey.random();
        FileVault.open(data, Optional.of(new MasterKeys(List.of(old)))).keep(ALICE, Secrets.credential(1));
        FileVault both = FileVault.open(data, Optional.of(new MasterKeys(List.of(current, old))));
        assertEquals(1, both.rotateKey());
        FileVault after = FileVault.open(data, Optional.of(new MasterKeys(List.of(current))));
        assertEquals(Secrets.token(1).reveal(), after.read(ALICE).orElseThrow().reveal());
        assertFalse(Files.exists(folder.resolve("master.key")));
    }

    @Test
    void aCredentialThatCannotBeReadStopsTheReplacementOfTheKey() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        vault().keep(BOB, Secrets.credential(2));
        byte[] whole = Files.readAllBytes(folder.resolve("bob.credential"));
        Files.write(folder.resolve("bob.credential"), Arrays.copyOf(whole, 40));
        assertTrue(storageFailed(() -> vault().rotateKey()).contains("bob.credential"));
        assertEquals(
                Secrets.token(1).reveal(), vault().read(ALICE).orElseThrow().reveal());
        Files.write(folder.resolve("bob.credential"), whole);
        assertEquals(Secrets.token(2).reveal(), vault().read(BOB).orElseThrow().reveal());
        assertEquals(2, vault().rotateKey());
        assertEquals(1, vault().keys().all().size());
        assertEquals(Secrets.token(2).reveal(), vault().read(BOB).orElseThrow().reveal());
    }

    @Test
    void aReaderNeverNoticesThatTheKeyIsReplaced() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> rotating = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 50; i++) {
                    vault().rotateKey();
                }
            } catch (LoginException e) {
                throw new AssertionError(e);
            } finally {
                done.set(true);
            }
        });
        FileVault reader = FileVault.readOnly(data, Optional.empty());
        while (!done.get()) {
            assertEquals(
                    Secrets.token(1).reveal(), reader.read(ALICE).orElseThrow().reveal());
        }
        rotating.get();
    }

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
    void aHugeFileAndOneOfALaterVersionAreToldApart() throws Exception {
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
    void strangeFilesInTheFolderAreNoOwners() throws Exception {
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
        // a folder at the file's place cannot be replaced by a rename
        Files.createDirectories(folder.resolve("bob.credential/inside"));
        storageFailed(() -> vault.keep(BOB, Secrets.credential(2)));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
        assertEquals(List.of(".lock", "alice.credential", "bob.credential", "master.key"), names());
    }

    @Test
    void theCheckSaysWhetherACredentialCouldBeKept() throws Exception {
        FileVault vault = vault();
        vault.check();
        assertEquals(List.of(".lock", "master.key"), names());
        Files.move(folder, data.resolve("away"));
        Files.writeString(folder, "a file where the folder belongs");
        storageFailed(vault::check);
        Files.delete(folder);
        Files.move(data.resolve("away"), folder);
        vault.check();
    }

    @Test
    void theCheckSaysWhenTheKeyIsThatOfAnotherVault() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        vault().keep(BOB, Secrets.credential(2));
        MasterKeys own = vault().keys();
        MasterKeys others = new MasterKeys(List.of(MasterKey.random()));
        storageFailed(() -> FileVault.open(data, Optional.of(others)).check());
        FileVault.open(data, Optional.of(own)).check();
        // while a key is being replaced, some files need the one and some the other
        MasterKeys both = new MasterKeys(List.of(others.current(), own.current()));
        FileVault.open(data, Optional.of(both)).keep(BOB, Secrets.credential(3));
        FileVault.open(data, Optional.of(others)).check();
    }

    @Test
    void severalProcessesShareOneFolder() throws Exception {
        List<Process> writers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                writers.add(TestPrograms.start(VaultWriter.class, List.of(data.toString(), "40")));
            }
            FileVault vault = vault();
            for (int i = 0; i < 40; i++) {
                vault.keep(ALICE, Secrets.credential(i));
                assertTrue(vault.read(ALICE).isPresent());
            }
            for (Process writer : writers) {
                String said = new String(writer.getInputStream().readAllBytes(), ISO_8859_1);
                assertTrue(writer.waitFor(30, TimeUnit.SECONDS));
                assertEquals(0, writer.exitValue(), said);
            }
        } finally {
            writers.forEach(Process::destroyForcibly);
        }
        assertEquals(List.of(".lock", "alice.credential", "master.key"), names());
        assertTrue(vault().read(ALICE).isPresent());
    }

    @Test
    void keysForDifferentPurposesDiffer() throws Exception {
        MasterKeys keys = vault().keys();
        assertEquals(32, keys.derive("session cookies").length);
        assertArrayEquals(keys.derive("session cookies"), vault().keys().derive("session cookies"));
        assertFalse(Arrays.equals(keys.derive("session cookies"), keys.derive("something else")));
        assertNotEquals(keys.current(), OTHER_KEY.current());
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Runs what must fail, and makes sure that nothing secret is in what it says, causes included. */
    private static String storageFailed(Executable work) {
        LoginException failure = assertThrows(LoginException.class, work);
        assertEquals(Reason.STORAGE_FAILED, failure.problem().reason(), failure.getMessage());
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertFalse(trace.toString().contains("sk-ant"), "a secret in the exception");
        return failure.problem().message();
    }
}
