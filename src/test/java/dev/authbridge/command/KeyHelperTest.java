package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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
}
