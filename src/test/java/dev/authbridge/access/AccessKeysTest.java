package dev.authbridge.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.Owner;
import dev.authbridge.support.SecretsGrep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessKeysTest {
    private static final Owner ANNA = new Owner("anna.b");
    private static final String KEY = "anna-s-access-key-0123456789";

    @TempDir
    private Path folder;

    private static AccessKey key(String text, Scope... scopes) {
        return AccessKey.of(ANNA, text, Set.of(scopes));
    }

    @Test
    void oneKeyInTwoLinesHasTheScopesOfBoth() throws Exception {
        String sha256 = key(KEY).sha256();
        List<AccessKey> read = KeysFile.parse("anna.b:" + sha256.toUpperCase(java.util.Locale.ROOT) + ": login \n"
                + "anna.b:" + sha256 + ":read-credential\n");
        assertEquals(List.of(key(KEY, Scope.LOGIN, Scope.READ_CREDENTIAL)), read);
    }

    @Test
    void theHashOfAKeyThatAnybodyCanGuessIsRefused() {
        String line = "anna.b:" + key("password").sha256().toUpperCase(java.util.Locale.ROOT) + ":login";
        KeysFile.Unusable refused = assertThrows(KeysFile.Unusable.class, () -> KeysFile.parse("# \n" + line));
        assertEquals(List.of("line 2 has the hash of a key that anybody can guess"), refused.faults());
    }

    @Test
    void anOwnerMayHaveSeveralKeysEachWithItsOwnScopes() throws Exception {
        AccessKeys keys = new AccessKeys(
                List.of(key(KEY, Scope.LOGIN), key("for-the-sandboxes-only", Scope.READ_CREDENTIAL)), Optional.empty());
        assertTrue(keys.find(KEY).orElseThrow().may(Scope.LOGIN));
        assertFalse(keys.find(KEY).orElseThrow().may(Scope.READ_CREDENTIAL));
        assertTrue(keys.find("for-the-sandboxes-only").orElseThrow().may(Scope.READ_CREDENTIAL));
        assertEquals(Optional.empty(), keys.find(KEY + "x"));
        assertEquals(Optional.empty(), keys.find(key(KEY).sha256()));
    }

    @Test
    void aChangedFileIsReadAgainAndAnInvalidOneIsIgnored() throws Exception {
        Path file = folder.resolve("keys");
        Files.writeString(file, "");
        AccessKeys keys = new AccessKeys(List.of(), Optional.of(file));
        assertFalse(keys.reload());
        Files.writeString(file, "anna.b:" + key(KEY).sha256() + ":login\n");
        assertTrue(keys.reload());
        assertTrue(keys.find(KEY).isPresent());
        assertFalse(keys.reload());
        Files.writeString(file, "nonsense");
        assertFalse(keys.reload());
        Files.delete(file);
        assertFalse(keys.reload());
        assertTrue(keys.find(KEY).isPresent());
        Files.writeString(file, "# nobody\n");
        assertTrue(keys.reload());
        assertFalse(keys.find(KEY).isPresent());
    }

    @Test
    void whatOthersCouldHaveWrittenIsNotTakenOver() throws Exception {
        Path file = folder.resolve("keys");
        Files.writeString(file, "");
        AccessKeys keys = new AccessKeys(List.of(), Optional.of(file));
        Files.writeString(file, "anna.b:" + key(KEY).sha256() + ":login\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
        try (SecretsGrep log = SecretsGrep.open()) {
            assertFalse(keys.reload());
            assertFalse(keys.reload());
            List<String> said = log.log().stream()
                    .filter(line -> line.contains("keys file"))
                    .toList();
            assertEquals(1, said.size(), said.toString());
            assertTrue(
                    said.get(0)
                            .contains("keys file " + file + ": it is not safe from other users: " + file
                                    + " can be changed by every user: chmod o-w " + file
                                    + ". The keys read before stay valid."),
                    said.get(0));
        }
        assertFalse(keys.find(KEY).isPresent());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(keys.reload());
        assertTrue(keys.find(KEY).isPresent());
    }
}
