package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Owner;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogoutTest extends OnAMachine {
    @Test
    void signingOutSaysThatTheTokenMustBeRevokedAtTheVendorToo() throws Exception {
        keepToken("default");
        CommandRun run = run("logout");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains("https://claude.ai/settings/claude-code"), run.out());
        assertEquals(Optional.empty(), vault().read(Owner.DEFAULT));
        assertEquals(
                "default was signed out already." + System.lineSeparator(),
                run("logout").out());
    }
}
