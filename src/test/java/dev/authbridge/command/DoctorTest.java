package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest extends OnAMachine {
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo 'Your version needs an update.'; echo 'Please run: claude update sk-ant-oat01-abcdefghijkl' >&2; exit 1"
                        + " | says: Your version needs an update. Please run: claude update [redacted]",
                "kill -ILL $$ | needs AVX",
                "exit 0 | does not report its version, so it is broken; install it again",
            })
    void theDoctorSaysWhatTheCliSays(String script, String said) throws Exception {
        Path cli = Files.writeString(folder.resolve("claude"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwx------"));
        environment.put("CLAUDE_COMMAND", cli.toString());
        CommandRun sick = run("doctor");
        assertTrue(
                sick.out().lines().anyMatch(line -> line.startsWith("WRONG Claude CLI") && line.contains(said)),
                sick.out());
    }

    /** In mount namespaces of their own, so that this machine keeps its terminals. */
    @Test
    @Needs(Tool.MOUNT)
    void theDoctorSaysWhyNoTerminalCanBeOpened() throws Exception {
        Files.createFile(folder.resolve("node"));
        Process machine = new ProcessBuilder(
                        "unshare",
                        "-m",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutTerminals.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String rows = new String(machine.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, machine.waitFor(), rows);
        assertEquals(
                List.of(
                        "ok    terminal    programs can be run in a pseudo-terminal",
                        "no pseudo-terminal is available: /dev/ptmx is another file than the device of that name",
                        "no pseudo-terminal is available: /dev/ptmx cannot be opened ([13] Permission denied)",
                        "no pseudo-terminal is available: /dev/ptmx cannot be opened ([19] No such device), and no devpts file"
                                + " system is mounted at /dev/pts",
                        "no pseudo-terminal is available: there is no /dev/ptmx"),
                rows.lines()
                        .filter(line -> line.contains(" terminal "))
                        .map(line -> line.replaceAll(
                                "WRONG terminal    No terminal can be opened on this machine, .*: (no .*)\\. Run the bridge where.*",
                                "$1"))
                        .toList(),
                rows);
    }

    /** Runs the doctor once with terminals, then on a machine that lacks them in one way after the other. */
    static final class WithoutTerminals {
        private static final List<String> WAYS = List.of(
                "true",
                "mount --bind /dev/null /dev/ptmx",
                // A device on a file system that is mounted with nodev.
                "mkdir nodev && mount -t tmpfs -o nodev none nodev && mknod nodev/ptmx c 5 2 && mount --bind nodev/ptmx /dev/ptmx",
                "umount /dev/ptmx; umount /dev/ptmx; mount -t tmpfs none /dev/pts",
                "mkdir dev && mount -t tmpfs none dev && for each in null zero random urandom; do touch dev/$each &&"
                        + " mount --bind /dev/$each dev/$each; done && mount --rbind dev /dev");

        public static void main(String[] arguments) throws Exception {
            for (String way : WAYS) {
                Process mounting = new ProcessBuilder("sh", "-c", way)
                        .directory(Path.of(arguments[0]).toFile())
                        .inheritIO()
                        .start();
                if (mounting.waitFor() != 0) {
                    System.exit(mounting.exitValue());
                }
                System.out.println(CommandRun.of(
                                Map.of(
                                        "CLAUDE_CREDENTIALS_PATH",
                                        arguments[0] + "/data",
                                        "HOME",
                                        arguments[0],
                                        "HTTPS_PROXY",
                                        "http://127.0.0.1:9"),
                                "doctor")
                        .out());
            }
            System.exit(0);
        }
    }

    @Test
    void theDoctorNamesWhatOthersCouldChange() throws Exception {
        keepToken("default");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xrwx"));
        Path keys = Files.createFile(folder.resolve("keys"));
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--rw-"));
        environment.put("CLAUDE_AUTH_KEYS_FILE", keys.toString());
        CommandRun sick = run("doctor");
        for (Path open : List.of(data, keys)) {
            String fault = "users: " + open + " can be changed by every user: chmod o-w " + open;
            assertEquals(
                    1,
                    sick.out()
                            .lines()
                            .filter(line -> line.startsWith("WRONG permissions ") && line.endsWith(fault))
                            .count(),
                    sick.out());
        }
    }

    @Test
    void theDoctorNamesTheSettingsThatWinAndThoseThatCannotBeRead() throws Exception {
        keepToken("default");
        Path settings = writeSettings(
                "{\"env\": {\"ANTHROPIC_BASE_URL\": \"http://a:pass-word@gw.example\", \"ANTHROPIC_API_KEY\": \"x\"}}");
        CommandRun sick = run("doctor");
        assertEquals(1, sick.exitCode());
        for (String entry : List.of("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY")) {
            String row = "WRONG settings    env." + entry + " in " + settings + " ";
            assertTrue(sick.out().contains(row), row + " is not in\n" + sick.out());
        }
        assertFalse(sick.out().contains("pass-word"), sick.out());

        writeSettings("{\"apiKeyHelper\": \"pass-word\"");
        sick = run("doctor");
        assertTrue(sick.out().contains("WRONG settings    " + settings + " is not valid JSON"), sick.out());
        assertFalse(sick.out().contains("pass-word"), sick.out());
    }

    @Test
    void theDoctorNamesAVaultThatAMountHasOpenedToAGroup() throws Exception {
        keepToken("default");
        Files.setPosixFilePermissions(data.resolve("vault"), PosixFilePermissions.fromString("rwxrwxr-x"));
        CommandRun sick = run("doctor");
        assertTrue(sick.out().contains("data/vault can be "), sick.out());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("vault"))));
        assertTrue(run("doctor").out().contains("ok    permissions"));
    }

    @Test
    void theDoctorNamesAProxyThatCannotBeUsed() {
        environment.put("HTTPS_PROXY", "https://me:secret@127.0.0.1:9");
        CommandRun sick = run("doctor");
        assertTrue(sick.out().contains("HTTPS_PROXY names a proxy that is spoken to by https"), sick.out());
        assertFalse(sick.out().contains("secret"), sick.out());
    }

    @Test
    void theDoctorFindsNoFaultOnAGoodMachine() throws Exception {
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
            assertTrue(well.out().contains("ok    settings"), well.out());
            assertTrue(well.out().contains("https://api.anthropic.com answers, through the proxy"), well.out());
            environment.put("CLAUDE_AUTH_API_URL", "http://127.0.0.1:9");
            String aroundIt = run("doctor").out();
            assertTrue(aroundIt.contains(" (directly); check HTTPS_PROXY"), aroundIt);
        }
    }

    @Test
    void theDoctorNamesMisspeltVariablesAndWhyNobodyCouldBeTold() throws Exception {
        keepToken("default");
        environment.put("CLAUDE_CREDENTIAL_PATH", "canary");
        environment.put("CLAUDE_AUTH_KEY_FILE", folder.resolve("none").toString());
        environment.put("CLAUDE_AUTH_NOTIFY", "https://me:canary@127.0.0.1:9/canary");
        CommandRun well = run("doctor");
        assertTrue(well.out().contains("ok    notify      events are told to 127.0.0.1; so far 0"), well.out());
        assertTrue(
                well.out()
                        .contains(
                                "WRONG variables   CLAUDE_CREDENTIAL_PATH is ignored: the bridge has no variable of this"
                                        + " name; did you mean CLAUDE_CREDENTIALS_PATH?"),
                well.out());
        assertTrue(well.out().contains("WRONG variables   CLAUDE_AUTH_KEY_FILE names a file that does not exist"));
        Files.writeString(
                data.resolve("notified"), "notified 1\nfailed\t1764000000000\t127.0.0.1 answered with status 500\n");
        CommandRun sick = run("doctor");
        assertTrue(
                sick.out()
                        .contains("WRONG notify      the last event could not be told, at 2025-11-24T16:00:00Z:"
                                + " 127.0.0.1 answered with status 500"),
                sick.out());
        assertFalse((well.out() + sick.out()).contains("canary"), sick.out());
        assertTrue(run("status").err().contains("did you mean CLAUDE_CREDENTIALS_PATH?"));
    }

    @Test
    void theDoctorListsAllClisAndSaysWhyOneIsRun() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path later = Files.createDirectory(folder.resolve("later"));
        Path broken = Files.createDirectory(folder.resolve("broken"));
        cli(bin, "#!/bin/sh\necho '2.1.9 (Claude Code)'\n");
        cli(later, "#!/bin/sh\necho '2.1.10 (Claude Code)'\n");
        cli(broken, "#!/no/such/interpreter\n");
        environment.put("PATH", bin + ":" + later + ":" + broken + ":/usr/bin:/bin");
        String said = run("doctor").out();
        assertTrue(said.contains("ok    Claude CLI  2.1.10 at " + later + "/claude, the newest of 3 that works"), said);
        assertTrue(said.contains("note  Claude CLI  2.1.9 at " + bin + "/claude is not used: it is older"), said);
        assertTrue(
                said.contains("note  Claude CLI  " + broken + "/claude is not used: The Claude CLI " + broken), said);
        environment.put("CLAUDE_COMMAND", bin + "/claude");
        said = run("doctor").out();
        assertTrue(said.contains("ok    Claude CLI  2.1.9 at " + bin + "/claude\n"), said);
        assertFalse(said.contains("note"), said);
    }

    private static void cli(Path folder, String content) throws IOException {
        Path cli = Files.writeString(folder.resolve("claude"), content);
        Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theDoctorNamesWhatIsWrongWithCertificatesAndWhoIsNotTrusted() throws Exception {
        try (ApiStandIn service = ApiStandIn.open()) {
            environment.put("HTTPS_PROXY", service.vendor().proxyUrl());
            environment.put("SSL_CERT_FILE", "/no/such/file.pem");
            environment.put("CLAUDE_CODE_CLIENT_KEY", "/no/such/key.pem");
            String said = run("doctor").out();
            assertTrue(
                    said.contains("WRONG certificates SSL_CERT_FILE, /no/such/file.pem: there is no such file"), said);
            assertTrue(said.contains("WRONG certificates CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY"), said);
            assertTrue(said.contains("issued by \"CN=Claude Auth Bridge test authority\", which is not trusted"), said);
            environment.remove("CLAUDE_CODE_CLIENT_KEY");
            environment.put("SSL_CERT_FILE", service.vendor().caFile().toString());
            said = run("doctor").out();
            assertTrue(said.contains("ok    certificates "), said);
            assertTrue(said.contains("https://api.anthropic.com answers"), said);
        }
    }
}
