package dev.authbridge.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import dev.authbridge.support.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The vault when a master key is wrong, lost, damaged or replaced. */
class VaultKeysTest extends InAVaultFolder {
    private static final MasterKeys OTHER_KEY = new MasterKeys(List.of(MasterKeys.Key.random()));
    private static final MasterKeys.Key OLD = MasterKeys.Key.random();
    private static final MasterKeys.Key CURRENT = MasterKeys.Key.random();

    /** The vault with these keys at hand, the current one first. */
    private FileVault vaultWith(MasterKeys.Key... keys) throws Refusal {
        return FileVault.open(data, Optional.of(new MasterKeys(List.of(keys))), ClaudeCredential.KINDS);
    }

    @Test
    void aWrongMasterKeyIsNamedAndOverwritesNothing() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        byte[] before = Files.readAllBytes(file);
        MasterKeys right = vault().keys();
        FileVault wrong = FileVault.open(data, Optional.of(OTHER_KEY), ClaudeCredential.KINDS);

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
    void signingOutNeedsNoKey() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        FileVault wrong = FileVault.open(data, Optional.of(OTHER_KEY), ClaudeCredential.KINDS);
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
        storageFailed(() -> FileVault.readOnly(data, Optional.empty(), ClaudeCredential.KINDS)
                .read(ALICE));
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
    void severalKeysReadWhatAnyOfThemHasWritten() throws Exception {
        vaultWith(OLD).keep(ALICE, Secrets.credential(1));
        FileVault both = vaultWith(CURRENT, OLD);
        assertEquals(Secrets.token(1).reveal(), both.read(ALICE).orElseThrow().reveal());
        both.keep(ALICE, Secrets.credential(2));
        FileVault after = vaultWith(CURRENT);
        assertEquals(Secrets.token(2).reveal(), after.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void aNewMasterKeyOpensEverythingAndTheOldOneNothing() throws Exception {
        vault().keep(ALICE, Secrets.credential(1).withLabel("mine"));
        vault().keep(BOB, Secrets.credential(2));
        FileVault server = vault();
        MasterKeys old = server.keys();
        assertEquals(
                2,
                FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS).rotateKey());
        assertNotEquals(old, server.keys());
        assertEquals(1, server.keys().all().size());
        assertEquals("mine", server.read(ALICE).orElseThrow().label());
        assertEquals(Secrets.token(2).reveal(), server.read(BOB).orElseThrow().reveal());
        FileVault withOld = FileVault.open(data, Optional.of(old), ClaudeCredential.KINDS);
        storageFailed(() -> withOld.read(ALICE));
        server.keep(ALICE, Secrets.credential(3));
        assertEquals(
                Secrets.token(3).reveal(), vault().read(ALICE).orElseThrow().reveal());
    }

    @Test
    void keysFromTheEnvironmentAreReplacedByTheFirstOfThem() throws Exception {
        vaultWith(OLD).keep(ALICE, Secrets.credential(1));
        FileVault both = vaultWith(CURRENT, OLD);
        assertEquals(1, both.rotateKey());
        FileVault after = vaultWith(CURRENT);
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
            } catch (Refusal e) {
                throw new AssertionError(e);
            } finally {
                done.set(true);
            }
        });
        FileVault reader = FileVault.readOnly(data, Optional.empty(), ClaudeCredential.KINDS);
        while (!done.get()) {
            assertEquals(
                    Secrets.token(1).reveal(), reader.read(ALICE).orElseThrow().reveal());
        }
        rotating.get();
    }

    @Test
    void theCheckSaysIfTheKeyBelongsToAnotherVault() throws Exception {
        vault().keep(ALICE, Secrets.credential(1));
        vault().keep(BOB, Secrets.credential(2));
        MasterKeys own = vault().keys();
        MasterKeys others = new MasterKeys(List.of(MasterKeys.Key.random()));
        storageFailed(() -> FileVault.open(data, Optional.of(others), ClaudeCredential.KINDS)
                .check());
        FileVault.open(data, Optional.of(own), ClaudeCredential.KINDS).check();
        // while a key is being replaced, some files need the old one and some the new one
        MasterKeys both = new MasterKeys(List.of(others.current(), own.current()));
        FileVault.open(data, Optional.of(both), ClaudeCredential.KINDS).keep(BOB, Secrets.credential(3));
        FileVault.open(data, Optional.of(others), ClaudeCredential.KINDS).check();
    }

    @Test
    void keysForDifferentPurposesDiffer() throws Exception {
        MasterKeys keys = vault().keys();
        assertEquals(32, keys.current().derive("one thing").length);
        assertArrayEquals(
                keys.current().derive("one thing"), vault().keys().current().derive("one thing"));
        assertFalse(
                Arrays.equals(keys.current().derive("one thing"), keys.current().derive("something else")));
        assertNotEquals(keys.current(), OTHER_KEY.current());
    }

    @Test
    void aMasterKeyIsReadFromTheEnvironmentOrSaysWhatIsAccepted() {
        String one = MasterKeys.Key.random().reveal();
        String two = MasterKeys.Key.random().reveal();
        assertEquals(1, MasterKeys.parse(" " + one + "\n").all().size());
        assertEquals(
                List.of(one, two),
                MasterKeys.parse(one + ", " + two).all().stream()
                        .map(MasterKeys.Key::reveal)
                        .toList());
        for (String bad : List.of("", ",", one + ",", "secret", one.substring(4), one + one, "*".repeat(44))) {
            String message = assertThrows(IllegalArgumentException.class, () -> MasterKeys.parse(bad))
                    .getMessage();
            assertTrue(message.contains("32 random bytes in Base64"), message);
            assertFalse(bad.length() > 5 && message.contains(bad), "the value is in the message");
        }
        assertFalse(MasterKeys.parse(one).toString().contains(one.substring(0, 20)));
    }
}
