package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.support.Secrets;
import dev.authbridge.support.TestPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FileVaultTest extends InAVaultFolder {
    @Test
    void onlyTheUserCanAccessTheFolderAndItsFiles() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        assertEquals("rwx------", permissions(folder));
        assertEquals("rw-------", permissions(file));
        assertEquals("rw-------", permissions(folder.resolve("master.key")));
        assertEquals("rw-------", permissions(folder.resolve(".lock")));
    }

    @Test
    void itsIdIsMadeOnceAndStaysInTheFolder() throws Exception {
        String id = vault().id();
        assertEquals(id, vault().id());
        assertEquals(
                id,
                FileVault.readOnly(data, Optional.empty(), ClaudeCredential.KINDS)
                        .id());
        Path moved = data.resolveSibling(data.getFileName() + "-moved");
        Files.move(data, moved);
        assertEquals(
                id,
                FileVault.open(moved, Optional.empty(), ClaudeCredential.KINDS).id());
        assertEquals("rw-------", permissions(moved.resolve("vault/bridge-id")));
        Files.move(moved, data);
        Files.writeString(folder.resolve("bridge-id"), "x\n");
        String next = vault().id();
        assertTrue(next.matches("[\\w-]{22}") && !next.equals(id), next);
    }

    @Test
    void aFolderThatOthersMayReadIsMadePrivate() throws Exception {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xrwx"));
        vault();
        assertEquals("rwx------", permissions(folder));
    }

    @Test
    void whatAMountHasOpenedToAGroupIsClosedAgain() throws Exception {
        // As Kubernetes does with fsGroup each time that it mounts a volume.
        vault().keep(ALICE, Secrets.credential(1));
        for (String name : names()) {
            Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-rw----"));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
        assertTrue(vault().read(ALICE).isPresent());
        onlyTheUserCanAccessTheFolderAndItsFiles();
    }

    @Test
    void noFileContainsTheSecret() throws Exception {
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
    void aReaderCreatesNothing() throws Exception {
        FileVault reader = FileVault.readOnly(data, Optional.empty(), ClaudeCredential.KINDS);
        assertEquals(Optional.empty(), reader.read(ALICE));
        assertFalse(reader.delete(ALICE));
        assertFalse(Files.exists(folder));
    }

    @Test
    void theCheckSaysWhetherACredentialCouldBeStored() throws Exception {
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

    /** The folder was written by the first version, with invented secrets: existing folders have to remain usable. */
    @Test
    void aFolderOfAnEarlierVersionCanBeReadAndWritten() throws Exception {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String name : List.of("alice.credential", "master.key")) {
            Files.copy(Path.of("src/test/resources/vault-of-0.1", name), folder.resolve(name));
        }
        assertEquals(
                Secrets.token(1).reveal(), vault().read(ALICE).orElseThrow().reveal());
        assertTrue(vault().update(ALICE, Secrets.credential(1), stored -> stored.withLabel("mine")));
        assertEquals("mine", vault().read(ALICE).orElseThrow().label());
    }
}
