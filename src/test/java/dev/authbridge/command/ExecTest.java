package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.store.FileVault;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code exec} as its users see it: a process that becomes another program. */
class ExecTest {
    private static final String TOKEN = "sk-ant-oat01-" + "t".repeat(95);

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void keepACredential() throws Exception {
        environment.put("CLAUDE_CREDENTIALS_PATH", folder.toString());
        environment.put("HOME", folder.resolve("home").toString());
        FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS)
                .keep(Owner.DEFAULT, ClaudeCredential.token(new Secret(TOKEN), Instant.now()));
    }

    private ProcessBuilder exec(String... command) {
        List<String> arguments = new ArrayList<>(List.of("exec", "--"));
        arguments.addAll(List.of(command));
        return BridgeProcess.of(environment, arguments);
    }

    @Test
    void theExitCodeIsTheProgramsOwn() throws Exception {
        assertEquals(7, BridgeProcess.run(exec("sh", "-c", "exit 7")).exitCode());
        assertEquals(0, BridgeProcess.run(exec("true")).exitCode());
    }

    @Test
    void theProgramReplacesTheProcess() throws Exception {
        Process process = exec("sh", "-c", "echo $$; exec sleep 60").start();
        try {
            String pid = lines(process).readLine();
            assertEquals(process.pid(), Long.parseLong(pid));
            process.destroy();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertEquals(128 + 15, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void everySignalReachesTheProgram() throws Exception {
        for (String signal : List.of("INT", "QUIT", "HUP", "USR1", "TERM")) {
            Process process = exec(
                            "sh",
                            "-c",
                            "trap 'echo got " + signal + "; exit 3' " + signal
                                    + "; echo ready; while :; do sleep 0.05; done")
                    .start();
            try {
                BufferedReader lines = lines(process);
                assertEquals("ready", lines.readLine());
                assertEquals(
                        0,
                        // The shell's built-in: not every machine has a program of that name.
                        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                                .start()
                                .waitFor());
                assertEquals("got " + signal, lines.readLine());
                assertTrue(process.waitFor(20, TimeUnit.SECONDS));
                assertEquals(3, process.exitValue());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void theEnvironmentHasTheTokenAndNothingThatOverridesIt() throws Exception {
        environment.put("ANTHROPIC_API_KEY", "sk-ant-api03-other");
        environment.put("ANTHROPIC_AUTH_TOKEN", "other");
        environment.put("CLAUDE_CODE_OAUTH_TOKEN", "old");
        environment.put("CLAUDE_CODE_USE_BEDROCK", "1");
        environment.put("KEPT", "as it was");
        environment.put("EMPTY", "");
        List<String> seen =
                BridgeProcess.run(exec("env")).out().lines().sorted().toList();
        List<String> expected = new ArrayList<>(List.of(
                "CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN,
                "CLAUDE_CREDENTIALS_PATH=" + folder,
                "EMPTY=",
                "HOME=" + folder.resolve("home"),
                "KEPT=as it was",
                "PATH=" + System.getenv("PATH")));
        assertEquals(expected, seen);
    }

    @Test
    void whatWouldSendTheTokenElsewhereIsRemovedAndNamed() throws Exception {
        environment.put("ANTHROPIC_BASE_URL", "http://user:pass-word@gateway.example");
        environment.put("ANTHROPIC_CUSTOM_HEADERS", "Authorization: Bearer other");
        environment.put("ANTHROPIC_UNIX_SOCKET", "");
        environment.put("BUN_OPTIONS", "--preload /tmp/x.js");
        environment.put("NODE_TLS_REJECT_UNAUTHORIZED", "0");
        environment.put("HTTPS_PROXY", "http://127.0.0.1:9");
        CommandRun run = BridgeProcess.run(exec("env"));
        assertEquals(
                List.of(
                        "CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN,
                        "CLAUDE_CREDENTIALS_PATH=" + folder,
                        "HOME=" + folder.resolve("home"),
                        "HTTPS_PROXY=http://127.0.0.1:9",
                        "PATH=" + System.getenv("PATH")),
                run.out().lines().sorted().toList());
        assertTrue(
                run.err()
                        .contains("removed ANTHROPIC_BASE_URL, ANTHROPIC_CUSTOM_HEADERS, NODE_TLS_REJECT_UNAUTHORIZED,"
                                + " BUN_OPTIONS, with which"),
                run.err());
        assertTrue(run.err().contains("--keep-base-url"), run.err());
        assertFalse(run.err().contains("pass-word"), run.err());

        // Without picocli and with it.
        for (List<String> options : List.of(
                List.of("exec", "--keep-base-url", "--"),
                List.of("exec", "--owner=default", "--keep-base-url", "--"))) {
            List<String> arguments = new ArrayList<>(options);
            arguments.add("env");
            CommandRun kept = BridgeProcess.run(BridgeProcess.of(environment, arguments));
            assertTrue(kept.out().contains("ANTHROPIC_BASE_URL=http://user:pass-word@gateway.example\n"), kept.err());
            assertTrue(kept.out().contains("ANTHROPIC_CUSTOM_HEADERS="));
            assertTrue(kept.out().contains(TOKEN));
            assertEquals("", kept.err());
        }
    }

    @Test
    void bareModeIsSaidToNeedAnApiKey() throws Exception {
        Path claude = Files.writeString(folder.resolve("claude"), "#!/bin/sh\necho \"[$CLAUDE_CODE_SIMPLE]\"\n");
        assertTrue(claude.toFile().setExecutable(true));
        environment.put("CLAUDE_CODE_SIMPLE", "1");
        CommandRun run = BridgeProcess.run(exec("sh", "-c", claude + " --bare"));
        assertEquals("[]\n", run.out());
        assertEquals(
                List.of(
                        "claude-auth-bridge exec: removed CLAUDE_CODE_SIMPLE, which means the same as --bare."
                                + " With --bare, Claude never reads a sign-in token; it needs an API key.",
                        "claude-auth-bridge exec: With --bare, Claude never reads a sign-in token; it needs an API key."
                                + " Leave out --bare, or store an API key."),
                run.err().lines().toList());

        // An API key works in this mode, so that it is the user's choice.
        FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS)
                .keep(Owner.DEFAULT, ClaudeCredential.apiKey("sk-ant-api03-" + "k".repeat(95), Instant.now()));
        CommandRun withKey = BridgeProcess.run(exec(claude.toString(), "--bare"));
        assertEquals("[1]\n", withKey.out());
        assertEquals("", withKey.err());
    }

    @Test
    void scrubbingIsSwitchedOnAndWhatItNeedsIsNamed() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        environment.put("PATH", bin.toString());
        environment.put("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB", "0");
        // Without picocli and with it.
        CommandRun missing =
                BridgeProcess.run(BridgeProcess.of(environment, List.of("exec", "--scrub", "--", "/usr/bin/env")));
        assertTrue(missing.out().contains("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB=1\n"), missing.out());
        assertTrue(missing.err().contains("--scrub needs bwrap and socat"), missing.err());
        for (String program : List.of("bwrap", "socat")) {
            assertTrue(Files.createFile(bin.resolve(program)).toFile().setExecutable(true));
        }
        CommandRun run = BridgeProcess.run(
                BridgeProcess.of(environment, List.of("exec", "--owner=default", "--scrub", "/usr/bin/env")));
        assertTrue(run.out().contains("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB=1\n"), run.out());
        assertEquals("", run.err());
    }

    @Test
    void theSettingsFilesThatWinAreNamed() throws Exception {
        Path user = settings("home", "{\"apiKeyHelper\": \"echo pass-word\"}");
        Path project = settings("work", "{\"env\": {\"ANTHROPIC_BASE_URL\": \"http://a:pass-word@gw.example\"}}");
        Path tooDeep = project.resolveSibling("settings.local.json");
        Files.writeString(tooDeep, "{\"a\": " + "[".repeat(2_000) + "]".repeat(2_000) + "}");
        CommandRun run =
                BridgeProcess.run(exec("true").directory(folder.resolve("work").toFile()));
        assertEquals(0, run.exitCode());
        assertTrue(
                run.err().lines().anyMatch(line -> line.contains(tooDeep + " is too deeply nested")),
                "what may be in it is not known: " + run.err());
        assertEquals(
                List.of(
                        "claude-auth-bridge exec: apiKeyHelper in " + user + " wins over the credential of the bridge."
                                + " Unless you mean that, remove it from the file.",
                        "claude-auth-bridge exec: env.ANTHROPIC_BASE_URL in " + project
                                + " sends the credential to another address than that of its service."
                                + " Unless you mean that, remove it from the file."),
                run.err()
                        .lines()
                        .filter(line -> !line.contains(tooDeep.toString()))
                        .toList());

        ProcessBuilder meant = BridgeProcess.of(environment, List.of("exec", "--keep-base-url", "--", "true"));
        run = BridgeProcess.run(meant.directory(folder.resolve("work").toFile()));
        assertTrue(run.err().contains("apiKeyHelper in " + user), run.err());
        assertFalse(run.err().contains("ANTHROPIC_BASE_URL"), run.err());

        // As the command does that bundle prints.
        Path prepared = settings("prepared", "{\"apiKeyHelper\": \"echo pass-word\"}");
        String home = "HOME=" + folder.resolve("prepared");
        run = BridgeProcess.run(exec("env", "-u", "CLAUDE_CONFIG_DIR", home, "true"));
        assertTrue(run.err().contains("apiKeyHelper in " + prepared), run.err());
        assertFalse(run.err().contains(user.toString()), run.err());
    }

    private Path settings(String where, String content) throws Exception {
        Path file = folder.resolve(where).resolve(".claude/settings.json");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    @Test
    void keysOfTheVaultAndTheServerAreNotPassedOn() throws Exception {
        environment.put("CLAUDE_AUTH_MASTER_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        environment.put("CLAUDE_AUTH_KEY", "key-of-the-server");
        environment.put("CLAUDE_AUTH_NOTIFY", "https://hooks.example/secret-of-the-hook");
        environment.put("CLAUDE_CREDENTIALS_PATH", folder.resolve("other").toString());
        FileVault.open(
                        folder.resolve("other"),
                        Optional.of(dev.authbridge.store.MasterKeys.parse(environment.get("CLAUDE_AUTH_MASTER_KEY"))),
                        ClaudeCredential.KINDS)
                .keep(Owner.DEFAULT, ClaudeCredential.token(new Secret(TOKEN), Instant.now()));
        String seen = BridgeProcess.run(exec("env")).out();
        assertTrue(seen.contains(TOKEN));
        assertFalse(seen.contains("CLAUDE_AUTH_"), "a key was handed on");
    }

    @Test
    void nonAsciiArgumentsAreUnchangedEvenWithoutALocale() throws Exception {
        Path script = Files.writeString(
                folder.resolve("start"),
                "export LC_ALL=C GREETING='Grüße €'\nexec \"$@\" printf '%s|%s' 'naïve ☕' \"$GREETING\"\n");
        ProcessBuilder bridge = exec();
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(bridge.command());
        bridge.command(command);
        assertEquals("naïve ☕|Grüße €", BridgeProcess.run(bridge).out());
        ProcessBuilder asking = exec("sh", "-c", "printf %s \"$GREETING\"");
        command = new ArrayList<>(List.of("sh", "-c", "export LC_ALL=C GREETING='Grüße €'; exec \"$@\"", "sh"));
        command.addAll(asking.command());
        assertEquals("Grüße €", BridgeProcess.run(asking.command(command)).out());
    }

    @Test
    void onlyInheritedFilesStayOpen() throws Exception {
        ProcessBuilder bridge = exec("sh", "-c", "cat <&9; echo; ls /proc/self/fd | tr '\\n' ' '");
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec 9<\"$0\"; exec \"$@\"",
                Files.writeString(folder.resolve("file"), "inherited").toString()));
        command.addAll(bridge.command());
        List<String> lines =
                BridgeProcess.run(bridge.command(command)).out().lines().toList();
        assertEquals("inherited", lines.get(0));
        // 3 is the folder that ls itself has open
        assertEquals("0 1 2 3 9 ", lines.get(1));
    }

    @Test
    void aProgramThatCannotBeRunHasTheExitCodeOfAShell() throws Exception {
        CommandRun missing = BridgeProcess.run(exec("no-such-program"));
        assertEquals(127, missing.exitCode());
        assertTrue(missing.err().contains("no-such-program: there is no such program"), missing.err());
        assertEquals(127, BridgeProcess.run(exec("/no/such/program")).exitCode());
        Path file = Files.writeString(folder.resolve("file"), "not a program");
        assertEquals(126, BridgeProcess.run(exec(file.toString())).exitCode());
        environment.put("CLAUDE_CREDENTIALS_PATH", folder.resolve("nobody").toString());
        assertEquals(125, BridgeProcess.run(exec("true")).exitCode());
    }

    @Test
    void theSecretIsNeverAnArgument() throws Exception {
        CommandRun run = BridgeProcess.run(exec("sh", "-c", "tr '\\0' ' ' </proc/$$/cmdline"));
        assertFalse(run.out().contains("sk-ant"), run.out());
        assertEquals("", run.err());
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }
}
