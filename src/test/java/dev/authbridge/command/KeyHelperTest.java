package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KeyHelperTest extends OnAMachine {
    @Test
    void theKeyHelperPrintsOnlyApiKeys() throws Exception {
        keepToken("default");
        keepApiKey("alice");
        assertEquals(
                API_KEY + System.lineSeparator(),
                run("key-helper", "--owner", "alice").out());
        CommandRun refused = run("key-helper");
        assertEquals(1, refused.exitCode());
        assertEquals("", refused.out());
        assertFalse(refused.err().contains("sk-ant"), refused.err());
    }

    @Test
    void aKeyThatWouldBeSentElsewhereIsNotPrintedUnlessItIsMeant() throws Exception {
        keepApiKey("alice");
        environment.put("ANTHROPIC_BASE_URL", "http://gateway.example");
        CommandRun refused = run("key-helper", "--owner", "alice");
        assertEquals(1, refused.exitCode());
        assertEquals("", refused.out());
        assertTrue(refused.err().contains("ANTHROPIC_BASE_URL"), refused.err());
        assertFalse(refused.err().contains("gateway") || refused.err().contains("sk-ant"), refused.err());
        assertEquals(
                API_KEY + System.lineSeparator(),
                run("key-helper", "--owner", "alice", "--keep-base-url").out());
    }
}
