package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.store.FileVault;
import dev.authbridge.store.MasterKeys;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RotateKeyTest extends OnAMachine {
    private static final String KEY_ONE = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final String KEY_TWO = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";

    @Test
    void theMasterKeyIsReplaced() throws Exception {
        keepToken("default");
        keepApiKey("alice");
        MasterKeys before = vault().keys();
        assertEquals(
                "Encrypted anew with another master key: 2 credentials." + System.lineSeparator(),
                run("rotate-key").out());
        assertNotEquals(before, vault().keys());
        assertTrue(run("env").out().contains(TOKEN));
    }

    @Test
    void aMasterKeyFromTheEnvironmentIsReplacedByTheFirstOneThere() throws Exception {
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_ONE);
        FileVault.open(data, Optional.of(MasterKeys.parse(KEY_ONE)), ClaudeCredential.KINDS)
                .keep(Owner.DEFAULT, ClaudeCredential.token(new Secret(TOKEN), CommandRun.NOW));
        assertEquals(78, run("rotate-key").exitCode());
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_TWO + "," + KEY_ONE);
        assertEquals(0, run("rotate-key").exitCode());
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_TWO);
        assertTrue(run("env").out().contains(TOKEN));
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_ONE);
        assertEquals(1, run("env").exitCode());
    }
}
