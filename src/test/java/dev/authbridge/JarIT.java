package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.LoopbackVendor;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Processes;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.support.SignInStandIn;
import dev.authbridge.support.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The packaged jar in a process of its own, with the real CLI: how that process ends. */
@Needs(Tool.NPM)
class JarIT {
    static final List<String> VERSIONS = ClaudeCli.EVERYDAY;
    private static final String KEY = "key-of-the-test-0123456789abcdef";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int RESTARTING = 1012;

    @TempDir
    Path folder;

    private final List<Process> servers = new ArrayList<>();
    private SignInStandIn service;
    private SecretsGrep grep;

    @BeforeEach
    void openService() throws IOException {
        service = new SignInStandIn(LoopbackVendor.open());
        grep = SecretsGrep.open().secret(KEY);
        Files.createDirectory(temporary());
    }

    @AfterEach
    void endAndSearch() {
        for (Process server : servers) {
            server.destroyForcibly().onExit().join();
        }
        clis().forEach(ProcessHandle::destroyForcibly);
        service.codes().forEach(grep::secret);
        grep.searchFiles(folder).assertNothingFound();
        grep.close();
        service.close();
    }

    /** The server's temporary folder, so that whatever remains in it is this server's. */
    private Path temporary() {
        return folder.resolve("tmp");
    }

    private Process serve(String version) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary(),
                "-jar",
                Path.of(System.getProperty("bridge.target"), "claude-auth-bridge.jar")
                        .toString());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH"));
        environment.putAll(service.vendor().environment());
        environment.put("HOME", folder.toString());
        environment.put("CLAUDE_CREDENTIALS_PATH", folder.resolve("data").toString());
        environment.put("CLAUDE_AUTH_PORT", "0");
        environment.put("CLAUDE_AUTH_KEY", KEY);
        environment.put("CLAUDE_AUTH_WARM", "0");
        environment.put("CLAUDE_COMMAND", ClaudeCli.of(version).program().toString());
        Path log = folder.resolve("log-" + servers.size());
        Process server = builder.redirectError(log.toFile()).start();
        servers.add(server);
        return server;
    }

    private static AuthSocketClient connect(Process server) throws IOException {
        BufferedReader printed = server.inputReader();
        return AuthSocketClient.connect(printed.readLine(), KEY);
    }

    private List<ProcessHandle> clis() {
        return Processes.withEnvironment("HTTPS_PROXY=" + service.proxyUrl() + "\0").stream()
                .filter(process -> servers.stream().noneMatch(server -> server.pid() == process.pid()))
                .toList();
    }

    private List<String> homes() throws IOException {
        try (Stream<Path> entries = Files.list(temporary())) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith("claude-auth-bridge-home-"))
                    .toList();
        }
    }

    private void awaitNoCli() {
        Eventually.waitUntil(SOON, () -> clis().isEmpty(), () -> "a CLI lives on without its server");
    }

    @Test
    @DisplayName("SIGTERM ends an open login, tells the page, and the exit code is 0")
    void sigtermEndsAnOpenLoginAndTheExitCodeIs0() throws Exception {
        Process server = serve(ClaudeCli.DEFAULT);
        try (AuthSocketClient client = connect(server)) {
            client.send("claude.auth.start");
            client.awaitUrl();
            assertFalse(clis().isEmpty());
            grep.searchProcessArguments();
            server.toHandle().destroy();
            client.await("claude.auth.error");
            assertEquals(RESTARTING, client.awaitClose());
        }
        assertTrue(server.waitFor(SOON.toSeconds(), TimeUnit.SECONDS), "the server does not end");
        assertEquals(0, server.exitValue());
        assertEquals(List.of(), clis());
        assertEquals(List.of(), homes());
    }

    @Test
    @DisplayName(
            "Without a home folder and an entry in /etc/passwd, as in a container of OpenShift, the data folder has to be named")
    void anArbitraryUidNeedsOnlyANameForTheDataFolder() throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can start a program as somebody else");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(temporary(), PosixFilePermissions.fromString("rwxrwx---"));
        Path jar = Files.copy(
                Path.of(System.getProperty("bridge.target"), "claude-auth-bridge.jar"), folder.resolve("bridge.jar"));
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwx---"));

        String refused = asArbitraryUid(78, jar, Map.of("HOME", ""), "serve");
        assertTrue(refused.startsWith("CLAUDE_CREDENTIALS_PATH has to be set to a folder that"), refused);
        assertEquals(1, refused.lines().count(), refused);
        try (Stream<Path> left = Files.list(temporary())) {
            assertEquals(List.of(), left.toList(), "no folder is made where it was started");
        }

        // As an earlier start has left it; the doctor would complain if it belonged to somebody else.
        Path vault = Files.createDirectory(data.resolve("vault"));
        Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString("rwx------"));
        Files.setAttribute(vault, "unix:uid", 54_321);
        String found =
                asArbitraryUid(1, jar, Map.of("HOME", "/", "CLAUDE_CREDENTIALS_PATH", data.toString()), "doctor");
        assertTrue(found.contains("ok    folder      " + data + " is writable"), found);
        assertTrue(found.contains("ok    permissions"), found);
        assertEquals(54_321, Files.getAttribute(vault.resolve("master.key"), "unix:uid"));
        // The doctor has used the library for terminals, which is unpacked first.
        try (Stream<Path> left = Files.list(temporary())) {
            assertEquals(List.of(), left.toList(), "no folder is made where it was started");
        }
    }

    /** Runs the jar in an empty folder with the group 0, and returns what it prints. */
    private String asArbitraryUid(int expected, Path jar, Map<String, String> environment, String command)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "setpriv",
                        "--reuid=54321",
                        "--regid=0",
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar.toString(),
                        command)
                .directory(temporary().toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(environment);
        builder.environment().put("CLAUDE_COMMAND", "/bin/true");
        builder.environment().put("HTTPS_PROXY", "http://127.0.0.1:9");
        Process process = builder.start();
        servers.add(process);
        String printed = new String(process.getInputStream().readAllBytes());
        assertEquals(expected, process.waitFor(), printed);
        return printed;
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("VERSIONS")
    @DisplayName("A server that is killed takes its CLI with it, and the next one removes its HOME")
    void aServerThatIsKilledTakesItsCliWithIt(String version) throws Exception {
        Process killed = serve(version);
        try (AuthSocketClient client = connect(killed)) {
            client.send("claude.auth.start");
            client.awaitUrl();
            assertFalse(clis().isEmpty());
            killed.destroyForcibly().onExit().join();
        }
        awaitNoCli();
        assertEquals(1, homes().size());

        Process next = serve(version);
        try (AuthSocketClient client = connect(next)) {
            client.send("claude.auth.start");
            String code = service.codeFor(client.awaitUrl());
            client.send("claude.auth.code", Map.of("code", code));
            client.await("claude.auth.complete");
            Eventually.waitUntil(SOON, this::noHome, () -> "the killed server's HOME is still there");
        }
        next.toHandle().destroy();
        assertTrue(next.waitFor(SOON.toSeconds(), TimeUnit.SECONDS), "the server does not end");
        assertEquals(List.of(), service.faults());
    }

    private boolean noHome() {
        try {
            return homes().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
