package dev.authbridge.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Owner;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuessableKeyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aaaaaaaaaaaaaaaa",
                "0000000000000000",
                "abababababababab",
                "abcabcabcabcabcabcabc",
                "passwordpassword",
                "Password12345678",
                "P4ssw0rdP4ssw0rd",
                "p@$$w0rdp@$$w0rd!",
                "1234567890123456",
                "6543210987654321",
                "2468024680246802",
                "0123456789abcdef",
                "abcdefghijklmnop",
                "zyxwvutsrqponmlk",
                "aabbccddeeffgghh",
                "qwertyuiopasdfgh",
                "qwertzuiopqwertzuiop",
                "letmeinletmeinletmein",
                "changemechangeme",
                "administrator1234",
                "claude-auth-bridge",
                "claude-auth-key-1",
                "ClaudeAuthBridge",
                "my-secret-password",
                "supersecretkey123",
                "supersecretaccesskey",
                "correcthorsebatterystaple",
                "correct-horse-battery-staple",
                "thisisaverylongpassword",
                "testtesttesttest",
                "2024-01-01-2024-01-01",
                "x7$kx7$kx7$kx7$kx7$k",
                "1111222233334444",
            })
    void whatAPersonWouldGuessIsRefused(String key) {
        assertTrue(
                GuessableKey.fault(key)
                        .filter(fault -> fault.startsWith("can be guessed"))
                        .isPresent(),
                key + ": " + GuessableKey.bits(key) + " bits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9f86d081884c7d65",
                "550e8400-e29b-41d4-a716-446655440000",
                "abacus-gladly-tribute-mocha-elves-quartz",
                "Tr0ub4dor&3-Kx9#mq2",
                "an-access-key-for-this-test-only",
                "key-of-the-test-0123456789abcdef",
            })
    void otherKeysAreAccepted(String key) {
        assertEquals(Optional.empty(), GuessableKey.fault(key), key + ": " + GuessableKey.bits(key) + " bits");
    }

    @Test
    void randomKeysAreAccepted() {
        Random random = new Random(20_261_126);
        for (int turn = 0; turn < 1_000; turn++) {
            for (int bytes : new int[] {8, 12, 24}) {
                byte[] made = new byte[bytes];
                random.nextBytes(made);
                String hex = HexFormat.of().formatHex(made);
                assertEquals(Optional.empty(), GuessableKey.fault(hex), hex + ": " + GuessableKey.bits(hex) + " bits");
                String base64 = Base64.getEncoder().encodeToString(made);
                assertTrue(
                        base64.length() < 16 || GuessableKey.fault(base64).isEmpty(),
                        base64 + ": " + GuessableKey.bits(base64) + " bits");
            }
        }
        assertEquals(Optional.empty(), GuessableKey.fault(AccessKey.random()));
    }

    @Test
    void whatIsNoKeyAtAllIsRefused() {
        for (String key :
                new String[] {"", "9f86d081884c7d6", "9f86d081884c7d65 9f86d081", "schlüssel-9f86d081884c7d65"}) {
            assertTrue(
                    GuessableKey.fault(key)
                            .filter(fault -> fault.startsWith("must have 16 to 512"))
                            .isPresent(),
                    key);
        }
        assertTrue(GuessableKey.fault("9f86d081884c7d65".repeat(33)).isPresent(), "too long");
    }

    @Test
    void theHashesOfTheCommonestKeysAreKnown() {
        for (String key :
                new String[] {"", "password", "Password1", "1234567890123456", "letmein", "claude123", "adminadmin"}) {
            assertTrue(GuessableKey.isHash(hash(key)), key);
        }
        assertTrue(!GuessableKey.isHash(hash("9f86d081884c7d65")));
    }

    private static String hash(String key) {
        return AccessKey.of(Owner.DEFAULT, key, Set.of()).sha256();
    }
}
