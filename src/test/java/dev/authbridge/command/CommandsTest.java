package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest extends OnAMachine {
    @Test
    void withoutACommandItServes() {
        assertEquals(CommandRun.SERVED, run().exitCode());
        assertEquals(CommandRun.SERVED, run("serve").exitCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "login",
                "status",
                "exec",
                "env",
                "key-helper",
                "bundle",
                "logout",
                "rotate-key",
                "doctor"
            })
    void everyCommandExplainsItself(String name) {
        CommandRun help = run(name, "--help");
        assertEquals(0, help.exitCode(), help.err());
        assertTrue(help.out().startsWith("Usage: claude-auth-bridge " + name + " "), help.out());
        assertTrue(help.out().contains("Exit codes:"), help.out());
        assertTrue(run("--help").out().contains("\n  " + name + " "), name);
        assertFalse(Files.exists(data));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nosuch",
                "--nosuch",
                "exec",
                "exec --nosuch -- true",
                "exec --owner",
                "exec --owner ../x -- true",
                "env --format xml",
                "env extra",
                "bundle",
                "status --owner A"
            })
    void badArgumentsAreExplained(String line) {
        CommandRun run = run(line.split(" "));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("Usage: claude-auth-bridge"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void theShellCompletionHasAllCommands() {
        String script = run("generate-completion").out();
        for (String name : List.of("serve", "login", "status", "exec", "key-helper", "rotate-key", "doctor")) {
            assertTrue(script.contains(name), name);
        }
    }

    @Test
    void aBadSettingIsNamedWithoutItsValue() throws Exception {
        environment.put("CLAUDE_AUTH_MASTER_KEY", "not-a-key-but-secret");
        for (String name : List.of("env", "status", "logout", "rotate-key", "key-helper")) {
            CommandRun run = run(name);
            assertEquals(78, run.exitCode(), name);
            assertTrue(run.err().contains("CLAUDE_AUTH_MASTER_KEY must be 32 random bytes"), run.err());
            assertFalse(run.err().contains("not-a-key"), run.err());
        }
        environment.put(
                "CLAUDE_CREDENTIALS_PATH",
                Files.createFile(folder.resolve("file")).toString());
        assertTrue(run("env").err().contains("CLAUDE_CREDENTIALS_PATH must be a folder"));
    }

    @Test
    void withoutACredentialTheCommandsSayWhatToDo() {
        for (String name : List.of("env", "key-helper")) {
            CommandRun run = run(name);
            assertEquals(1, run.exitCode(), name);
            assertTrue(run.err().startsWith("claude-auth-bridge " + name + ": default is signed out."), run.err());
            assertEquals("", run.out());
        }
        CommandRun exec = run("exec", "--", "true");
        assertEquals(125, exec.exitCode());
        assertTrue(exec.err().contains("is signed out"), exec.err());
        CommandRun status = run("status");
        assertEquals(1, status.exitCode());
        assertTrue(status.out().contains("Signed in:  no"), status.out());
        assertFalse(Files.exists(data), "looking made a folder");
    }
}
