package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.FileVault;
import dev.authbridge.credential.MasterKeys;
import dev.authbridge.login.AccessToken;
import dev.authbridge.login.Owner;
import dev.authbridge.support.ApiStandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private static final String TOKEN = "sk-ant-oat01-" + "t".repeat(95);
    private static final String API_KEY = "sk-ant-api03-" + "k".repeat(95);
    private static final String KEY_ONE = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final String KEY_TWO = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";

    @TempDir
    private Path folder;

    private Path data;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void nameTheFolders() {
        data = folder.resolve("data");
        environment.put("CLAUDE_CREDENTIALS_PATH", data.toString());
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("HTTPS_PROXY", "http://127.0.0.1:9");
    }

    private FileVault vault() throws Exception {
        return FileVault.open(data, Optional.empty());
    }

    private void keepToken(String owner) throws Exception {
        vault().keep(new Owner(owner), Credential.of(new AccessToken(TOKEN), CommandRun.NOW.minus(Duration.ofDays(1))));
    }

    private void keepApiKey(String owner) throws Exception {
        vault().keep(new Owner(owner), Credential.ofApiKey(API_KEY, CommandRun.NOW));
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(environment, arguments);
    }

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
    void aShellLearnsAllCommands() {
        String script = run("generate-completion").out();
        for (String name : List.of("serve", "login", "status", "exec", "key-helper", "rotate-key", "doctor")) {
            assertTrue(script.contains(name), name);
        }
    }

    @Test
    void badConfigurationIsNamedWithoutItsValue() throws Exception {
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
    void whoIsSignedOutIsToldWhatToDo() {
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

    @Test
    void aShellTakesTheVariables() throws Exception {
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
    void theVariablesComeInOtherForms() throws Exception {
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
    void eachOwnerHasAnOwnCredential() throws Exception {
        keepToken("default");
        keepApiKey("alice");
        assertTrue(run("env", "--owner", "alice").out().contains("ANTHROPIC_API_KEY='" + API_KEY + "'"));
        assertTrue(run("env", "--owner=alice").out().contains("ANTHROPIC_API_KEY='" + API_KEY + "'"));
        assertFalse(run("env").out().contains(API_KEY));
    }

    @Test
    void theKeyHelperGivesApiKeysOnly() throws Exception {
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
    void theStatusTellsEverythingButTheSecret() throws Exception {
        keepToken("default");
        vault().update(Owner.DEFAULT, vault().read(Owner.DEFAULT).orElseThrow(), it -> it.withLabel("build server"));
        environment.put("ANTHROPIC_API_KEY", API_KEY);
        CommandRun text = run("status");
        assertEquals(0, text.exitCode());
        String fingerprint = vault().read(Owner.DEFAULT).orElseThrow().fingerprint();
        for (String part : List.of(
                "with a sign-in token, " + fingerprint,
                "build server",
                "2027-11-21 12:00 UTC (estimated), 364 days left",
                "not asked yet",
                "never",
                "Also here:  ANTHROPIC_API_KEY of the environment",
                "a Claude started by hand uses ANTHROPIC_API_KEY of the environment",
                "one started through exec uses the bridge's")) {
            assertTrue(text.out().contains(part), part + " is not in\n" + text.out());
        }
        assertFalse(text.out().contains("sk-ant"), text.out());

        JsonNode json = new ObjectMapper().readTree(run("status", "--json").out());
        assertEquals("signed_in", json.path("state").asText());
        assertEquals(fingerprint, json.path("credential").path("fingerprint").asText());
        assertEquals(
                "anthropic_api_key", json.path("found").get(0).path("source").asText());
        assertTrue(json.path("conflict").asBoolean());
        assertFalse(json.toString().contains("sk-ant"), json.toString());
    }

    @Test
    void theStatusMayAskTheService() throws Exception {
        keepToken("default");
        try (ApiStandIn service = ApiStandIn.open()) {
            environment.putAll(service.vendor().environment());
            assertTrue(run("status", "--check").out().contains("Service:    valid: 200 (2026-11-22 12:00 UTC)"));
        }
        assertTrue(run("status").out().contains("Service:    valid: 200"));
    }

    @Test
    void whoSignsOutLearnsThatTheVendorMustBeToldToo() throws Exception {
        keepToken("default");
        CommandRun run = run("logout");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains("https://claude.ai/settings/claude-code"), run.out());
        assertEquals(Optional.empty(), vault().read(Owner.DEFAULT));
        assertEquals(
                "default was signed out already." + System.lineSeparator(),
                run("logout").out());
    }

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
    void aMasterKeyOfTheEnvironmentIsReplacedByTheOneBeforeIt() throws Exception {
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_ONE);
        FileVault.open(data, Optional.of(MasterKeys.parse(KEY_ONE)))
                .keep(Owner.DEFAULT, Credential.of(new AccessToken(TOKEN), CommandRun.NOW));
        assertEquals(78, run("rotate-key").exitCode());
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_TWO + "," + KEY_ONE);
        assertEquals(0, run("rotate-key").exitCode());
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_TWO);
        assertTrue(run("env").out().contains(TOKEN));
        environment.put("CLAUDE_AUTH_MASTER_KEY", KEY_ONE);
        assertEquals(1, run("env").exitCode());
    }

    @Test
    void aBundleHoldsNoCredentialAndTrustsOnlyWhatIsNamed() throws Exception {
        keepToken("default");
        Path home = folder.resolve("bundle");
        CommandRun run = run("bundle", home.toString(), "--trust", "/work/project");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode state =
                new ObjectMapper().readTree(home.resolve(".claude.json").toFile());
        assertTrue(state.path("hasCompletedOnboarding").asBoolean());
        assertEquals(1, state.path("projects").size());
        assertTrue(state.path("projects")
                .path("/work/project")
                .path("hasTrustDialogAccepted")
                .asBoolean());
        assertEquals(
                "{ }", Files.readString(home.resolve(".claude/settings.json")).strip());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home)));
        assertTrue(run.out().contains("HOME=" + home), run.out());
        assertFalse(run.out().contains("sk-ant"), run.out());
    }

    @Test
    void aBundleForAnApiKeyNamesTheHelper() throws Exception {
        keepApiKey("alice");
        Path home = folder.resolve("bundle");
        assertEquals(0, run("bundle", "--owner", "alice", home.toString()).exitCode());
        String helper = new ObjectMapper()
                .readTree(home.resolve(".claude/settings.json").toFile())
                .path("apiKeyHelper")
                .asText();
        assertTrue(helper.endsWith(" key-helper --owner alice"), helper);
        assertTrue(helper.startsWith("CLAUDE_CREDENTIALS_PATH=" + data + " "), helper);
        assertFalse(helper.contains("sk-ant"), helper);
    }

    @Test
    void aBundleOverwritesNothing() throws Exception {
        Path home = Files.createDirectory(folder.resolve("bundle"));
        Files.writeString(home.resolve("mine"), "mine");
        CommandRun run = run("bundle", home.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("is not empty"), run.err());
        assertEquals(
                2,
                run("bundle", folder.resolve("other").toString(), "--trust", "relative")
                        .exitCode());
    }

    @Test
    void theDoctorSaysWhatToDo() throws Exception {
        keepToken("default");
        CommandRun sick = run("doctor");
        assertEquals(1, sick.exitCode());
        assertTrue(sick.out().contains("ok    folder"), sick.out());
        assertTrue(sick.out().contains("WRONG Claude CLI"), sick.out());
        assertTrue(sick.out().contains("WRONG service"), sick.out());
        assertTrue(sick.out().contains("check HTTPS_PROXY"), sick.out());
        assertFalse(sick.out().contains("sk-ant"), sick.out());
    }

    @Test
    void theDoctorFindsAMachineWell() throws Exception {
        keepToken("default");
        Path cli = Files.writeString(folder.resolve("claude"), "#!/bin/sh\necho '2.1.330 (Claude Code)'\n");
        Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwx------"));
        environment.put("CLAUDE_COMMAND", cli.toString());
        environment.put("PATH", System.getenv("PATH"));
        try (ApiStandIn service = ApiStandIn.open()) {
            environment.putAll(service.vendor().environment());
            CommandRun well = run("doctor");
            assertEquals(0, well.exitCode(), well.out());
            assertTrue(well.out().contains("2.1.330 at " + cli), well.out());
            assertTrue(well.out().contains("https://api.anthropic.com answers, through the proxy"), well.out());
        }
    }
}
