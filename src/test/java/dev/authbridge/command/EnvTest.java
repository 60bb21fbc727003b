package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvTest extends OnAMachine {
    @Test
    void aShellCanEvaluateTheVariables() throws Exception {
        keepToken("default");
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "export ANTHROPIC_API_KEY=old; eval \"$1\"; echo \"$CLAUDE_CODE_OAUTH_TOKEN\"; echo \"[$ANTHROPIC_API_KEY]\"",
                        "sh",
                        run("env").out())
                .start();
        assertEquals(TOKEN + "\n[]\n", new String(shell.getInputStream().readAllBytes()));
    }

    @Test
    void aShellCanEvaluateThemWithoutQuotesToo() throws Exception {
        keepToken("default");
        String printed = run("env").out();
        assertTrue(printed.lines().allMatch(line -> line.endsWith(";")), printed.replace(TOKEN, "TOKEN"));
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "export ANTHROPIC_BASE_URL=http://gateway.example; eval $1; echo \"$CLAUDE_CODE_OAUTH_TOKEN\";"
                                + " echo \"[$ANTHROPIC_BASE_URL]\"",
                        "sh",
                        printed)
                .start();
        assertEquals(TOKEN + "\n[]\n", new String(shell.getInputStream().readAllBytes()));
    }

    @Test
    void whatWouldSendTheCredentialElsewhereIsUnsetUnlessItIsMeant() throws Exception {
        keepToken("default");
        keepApiKey("alice");
        for (String owner : List.of("default", "alice")) {
            for (EnvFormat each : EnvFormat.values()) {
                String format = each.name();
                String usual = run("env", "--owner", owner, "--format", format).out();
                assertTrue(usual.contains("ANTHROPIC_BASE_URL"), owner + " " + format);
                assertTrue(usual.contains("ANTHROPIC_UNIX_SOCKET"), owner + " " + format);
                String kept = run("env", "--keep-base-url", "--owner", owner, "--format", format)
                        .out();
                assertFalse(kept.contains("ANTHROPIC_BASE_URL"), owner + " " + format);
                assertTrue(kept.contains("ANTHROPIC_AUTH_TOKEN"), owner + " " + format);
            }
        }
        assertEquals(
                run("env", "--keep-base-url").out(),
                run("env", "--format=shell", "--keep-base-url").out());
    }

    @Test
    void theVariablesAreAvailableInOtherFormats() throws Exception {
        keepToken("default");
        JsonNode json =
                new ObjectMapper().readTree(run("env", "--format", "json").out());
        assertEquals(TOKEN, json.path("set").path("CLAUDE_CODE_OAUTH_TOKEN").asText());
        assertEquals("ANTHROPIC_API_KEY", json.path("unset").get(0).asText());
        assertEquals(
                json, new ObjectMapper().readTree(run("env", "--format=json").out()));
        List<String> lines = run("env", "--format", "dotenv").out().lines().toList();
        assertTrue(lines.get(0).startsWith("# "), lines.get(0));
        assertEquals("CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN, lines.get(1));
        assertEquals(2, lines.size());
    }

    @Test
    void inGithubActionsTheValueGoesIntoTheFileAndTheMaskToTheRunner() throws Exception {
        keepToken("default");
        CommandRun run = run("env", "--format", "github");
        assertEquals("::add-mask::" + TOKEN + "\n", run.err());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.contains("ANTHROPIC_API_KEY="), lines.toString());
        // With this one empty, the program does not start.
        assertFalse(run.out().contains("BUN_INSPECT_PRELOAD"), lines.toString());
        assertEquals(TOKEN, lines.get(lines.size() - 2));
        assertTrue(lines.get(lines.size() - 3).startsWith("CLAUDE_CODE_OAUTH_TOKEN<<end-"), lines.toString());
        assertTrue(run.out().lines().noneMatch(line -> line.startsWith("#") || line.startsWith(":")));
    }

    @Test
    void whatIsSetHereAndWouldSendTheCredentialElsewhereIsNamed() throws Exception {
        keepToken("default");
        assertEquals("", run("env").err());
        environment.put("ANTHROPIC_BASE_URL", "http://user:pass-word@gateway.example");
        String err = run("env").err();
        assertTrue(err.startsWith("claude-auth-bridge env: to be removed: ANTHROPIC_BASE_URL, with which"), err);
        assertFalse(err.contains("pass-word"), err);
        assertEquals("", run("env", "--keep-base-url").err());
    }

    @Test
    void aFormatThatIsNotKnownIsRefused() throws Exception {
        keepToken("default");
        CommandRun run = run("env", "--format", "csh");
        assertEquals(2, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("fish"), run.err());
    }

    @Test
    void whoTakesTheCredentialIsWrittenDown() throws Exception {
        keepToken("default");
        run("env");
        environment.put("CLAUDE_AUTH_AUDIT", "json");
        run("env", "--owner", "default");
        run("env", "--owner", "nobody");
        assertEquals(1, run("key-helper").exitCode());
        run("logout");
        List<String> lines = Files.readAllLines(data.resolve("audit.log"));
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(
                lines.get(0)
                        .matches(
                                "2\\S+Z audit event=credential_handed_over owner=default address=localhost device=env user=\\S+ pid=\\d+ fingerprint=\\S+"),
                lines.get(0));
        JsonNode json = new ObjectMapper().readTree(lines.get(1));
        assertEquals("credential_handed_over", json.path("event").asText());
        assertEquals(
                "signed_out",
                new ObjectMapper().readTree(lines.get(2)).path("event").asText());
        assertFalse(lines.toString().contains(TOKEN));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("audit.log"))));
    }

    @Test
    void aFullAuditIsReplaced() throws Exception {
        keepToken("default");
        Path audit = data.resolve("audit.log");
        Files.writeString(audit, "x".repeat(1_048_576));
        run("env");
        assertFalse(Files.exists(audit));
        run("env");
        assertEquals(1, Files.readAllLines(audit).size());
        assertTrue(Files.size(data.resolve("audit.log.1")) > 1_048_576);
    }

    @Test
    void anAuditThatCannotBeWrittenKeepsNobodyFromTheCredential() throws Exception {
        keepToken("default");
        Path elsewhere = Files.createFile(folder.resolve("elsewhere"));
        Files.createSymbolicLink(data.resolve("audit.log"), elsewhere);
        assertTrue(run("env").out().contains(TOKEN));
        assertEquals(0, Files.size(elsewhere), "no link is followed");
    }

    @Test
    void eachOwnerHasTheirOwnCredential() throws Exception {
        keepToken("default");
        keepApiKey("alice");
        assertTrue(run("env", "--owner", "alice").out().contains("ANTHROPIC_API_KEY='" + API_KEY + "'"));
        assertTrue(run("env", "--owner=alice").out().contains("ANTHROPIC_API_KEY='" + API_KEY + "'"));
        assertFalse(run("env").out().contains(API_KEY));
    }
}
