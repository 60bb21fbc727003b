package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.DeadProxy;
import dev.authbridge.support.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar in a process that may open no file and accept no connection for a while. {@code prlimit} takes its
 * descriptors away and gives them back while it runs.
 */
class NoDescriptorsIT {
    private static final String KEY = "key-of-the-test-0123456789abcdef";
    private static final String FIRST = "sk-ant-api03-" + "1".repeat(95);
    private static final String SECOND = "sk-ant-api03-" + "2".repeat(95);
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private DeadProxy proxy;
    private Process server;
    private String address;
    private String limit;

    @BeforeEach
    void start() throws Exception {
        proxy = new DeadProxy();
        Path cli = Files.writeString(
                folder.resolve("claude"),
                """
                #!/bin/sh
                case "$*" in
                *--version*) echo "2.1.330 (Claude Code)" ;;
                *--help*) ;;
                *) echo "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M"
                   echo "Paste code here if prompted >"
                   exec sleep 600 ;;
                esac
                """);
        Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                "-jar",
                Path.of(System.getProperty("bridge.target"), "claude-auth-bridge.jar")
                        .toString());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(proxy.environment());
        builder.environment()
                .putAll(Map.of(
                        "HOME",
                        folder.toString(),
                        "CLAUDE_CREDENTIALS_PATH",
                        folder.resolve("data").toString(),
                        "CLAUDE_AUTH_PORT",
                        "0",
                        "CLAUDE_AUTH_KEY",
                        KEY,
                        "CLAUDE_AUTH_WARM",
                        "0",
                        "CLAUDE_COMMAND",
                        cli.toString()));
        server = builder.redirectError(folder.resolve("log").toFile()).start();
        address = server.inputReader().readLine();
        limit = Files.readAllLines(Path.of("/proc/" + server.pid() + "/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .findFirst()
                .orElseThrow()
                .split("\\s+")[3];
    }

    @AfterEach
    void stop() throws IOException {
        server.descendants().forEach(ProcessHandle::destroyForcibly);
        server.destroyForcibly().onExit().join();
        proxy.close();
    }

    /** The limit applies to new descriptors only; those that are open stay so. */
    private void descriptors(String most) throws Exception {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", "" + server.pid(), "--nofile=" + most + ":")
                .inheritIO()
                .start();
        assertTrue(prlimit.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, prlimit.exitValue());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(address + path))
                        .timeout(SOON)
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private String readiness() {
        try {
            HttpResponse<String> answer = send("GET", "readyz", "");
            return answer.statusCode() + " " + answer.body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void awaitReadiness(String start, String part) {
        Eventually.waitUntil(
                SOON,
                () -> {
                    String now = readiness();
                    return now.startsWith(start) && now.contains(part);
                },
                this::readiness);
    }

    private static String keepKey(String key) {
        return "{\"apiKey\":\"" + key + "\"}";
    }

    @Test
    void everyFailureHasItsReasonAndEverythingGoesOnOnceThereAreDescriptorsAgain() throws Exception {
        awaitReadiness("200", "");
        assertEquals(200, send("POST", "api/claude/auth", keepKey(FIRST)).statusCode());
        try (AuthSocketClient page = AuthSocketClient.connect(address, KEY)) {
            page.send("claude.auth.status");
            page.awaitState("signed_in");
            descriptors("3");

            page.send("claude.auth.start");
            JsonNode error = page.await("claude.auth.error");
            assertEquals("storage_failed", error.path("reason").asText());
            assertTrue(error.path("error").asText().contains("Too many open files"), error.toString());
            HttpResponse<String> refused = send("POST", "api/claude/auth", keepKey(SECOND));
            assertTrue(refused.statusCode() >= 500 && refused.body().contains("Too many open files"), refused.body());
            awaitReadiness("503", "Too many open files");
            try (Socket waiting = new Socket(
                    InetAddress.getLoopbackAddress(), URI.create(address).getPort())) {
                waiting.setSoTimeout((int) SOON.toMillis());
                waiting.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes());

                descriptors(limit);
                assertEquals('H', waiting.getInputStream().read());
            }
            awaitReadiness("200", "");
            // What could not be read is looked at again within a minute, or as soon as it is asked for.
            assertEquals(
                    200,
                    send("POST", "api/claude/auth/label", "{\"label\":\"kept\"}")
                            .statusCode());
            page.awaitState("signed_in");
            page.send("claude.auth.start");
            page.awaitUrl();
            assertEquals(200, send("POST", "api/claude/auth", keepKey(SECOND)).statusCode());
        }
        List<String> log = log();
        assertTrue(log.stream().anyMatch(line -> line.contains("Too many open files")), "nothing in the log");
        assertTrue(log.size() < 300, "the log has " + log.size() + " lines");
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(folder.resolve("log"));
    }
}
