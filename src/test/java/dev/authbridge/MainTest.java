package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.Secrets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own: what it prints, what it logs, how it ends. */
class MainTest {
    private static final String KEY = "key-of-the-test-0123456789abcdef";
    private static final Pattern LOG_LINE =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z (INFO |WARN |ERROR) \\S.*");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void run(String... namesAndValues) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("CLAUDE_") || name.startsWith("ANTHROPIC_"));
        environment.put("HOME", folder.toString());
        environment.put("CLAUDE_CREDENTIALS_PATH", folder.resolve("data").toString());
        environment.put("CLAUDE_AUTH_PORT", "0");
        environment.put("CLAUDE_COMMAND", "/bin/false");
        environment.put("HTTPS_PROXY", "http://127.0.0.1:9");
        for (int at = 0; at < namesAndValues.length; at += 2) {
            environment.put(namesAndValues[at], namesAndValues[at + 1]);
        }
        process = builder.redirectError(folder.resolve("log").toFile()).start();
    }

    private String printed() throws IOException {
        BufferedReader reader = process.inputReader();
        return reader.readLine();
    }

    private int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(folder.resolve("log"));
    }

    private static HttpResponse<String> get(String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void printsALinkThatOpensThePageAndExitsCleanly() throws Exception {
        run();
        Matcher link = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+/)#key=([A-Za-z0-9_-]{32})")
                .matcher(printed());
        assertTrue(link.matches());
        String address = link.group(1);
        String key = link.group(2);
        assertEquals(200, get(address + "healthz").statusCode());
        assertEquals(
                200,
                get(address + "api/claude/auth", "Authorization", "Bearer " + key)
                        .statusCode());

        process.toHandle().destroy();
        assertEquals(0, exitCode());
        assertEquals(null, printed());
        List<String> log = log();
        log.forEach(line -> assertTrue(LOG_LINE.matcher(line).matches(), line));
        String all = String.join("\n", log);
        assertTrue(all.contains("listening on " + address), all);
        assertTrue(all.contains("stopping: not ready any more"), all);
        assertTrue(all.endsWith("stopped"), all);
        assertFalse(all.contains(key), all);
    }

    @Test
    void aConfiguredKeyIsNotPrinted() throws Exception {
        run("CLAUDE_AUTH_KEY", KEY);
        assertTrue(printed().matches("http://127\\.0\\.0\\.1:\\d+/"));
        process.toHandle().destroy();
        assertEquals(0, exitCode());
        assertFalse(String.join("\n", log()).contains(KEY));
    }

    /** The JDK's own logging of requests prints headers as they are. */
    @Test
    void noHeaderThatTheJdkLogsShowsACredential() throws Exception {
        String apiKey = Secrets.apiKey(1);
        try (ApiStandIn api = ApiStandIn.open()) {
            run(
                    "CLAUDE_AUTH_KEY",
                    KEY,
                    "HTTPS_PROXY",
                    api.vendor().proxyUrl(),
                    "NODE_EXTRA_CA_CERTS",
                    api.vendor().caFile().toString(),
                    "JDK_JAVA_OPTIONS",
                    "-Djdk.httpclient.HttpClient.log=headers,requests -Djdk.internal.httpclient.debug=true");
            HttpRequest keep = HttpRequest.newBuilder(URI.create(printed() + "api/claude/auth"))
                    .headers("Authorization", "Bearer " + KEY, "Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"apiKey\":\"" + apiKey + "\"}"))
                    .build();
            assertEquals(200, HTTP.send(keep, BodyHandlers.ofString()).statusCode());
            assertEquals(1, api.requests().size());
        }
        assertTrue(logged("x-api-key:[redacted]") || logged("X-Api-Key:[redacted]"), String.join("\n", log()));
        assertFalse(logged(apiKey.substring(0, 20)) || logged(apiKey.substring(20)));
        assertTrue(logged(" INFO  audit event=api_key_stored owner=default keyHash="));
    }

    @Test
    void theAuditCanBeRoutedToAFileOfItsOwnAsJson() throws Exception {
        Path audit = folder.resolve("audit");
        Path logging = Files.writeString(
                folder.resolve("logging"),
                """
                dev.authbridge.audit.handlers = java.util.logging.FileHandler
                dev.authbridge.audit.useParentHandlers = false
                java.util.logging.FileHandler.pattern = %s
                java.util.logging.FileHandler.formatter = java.util.logging.SimpleFormatter
                java.util.logging.SimpleFormatter.format = %%5$s%%n
                """
                        .formatted(audit));
        run(
                "CLAUDE_AUTH_KEY",
                KEY,
                "CLAUDE_AUTH_AUDIT",
                "json",
                "JDK_JAVA_OPTIONS",
                "-Djava.util.logging.config.file=" + logging);
        HttpRequest open = HttpRequest.newBuilder(URI.create(printed() + "api/session"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"" + KEY + "\"}"))
                .build();
        HTTP.send(open, BodyHandlers.ofString());
        String line = Files.readString(audit);
        assertTrue(
                line.matches("\\{\"time\":\"[^\"]+\",\"event\":\"session_opened\",\"owner\":\"default\",.*}\n"), line);
        assertFalse(logged("session_opened"));
    }

    @Test
    void allBadValuesAreNamedAtOnceAndTheExitCodeIs78() throws Exception {
        run("CLAUDE_AUTH_PORT", "canary-4711", "CLAUDE_AUTH_WARM", "canary-4711", "CLAUDE_AUTH_HOST", "0.0.0.0");
        assertEquals(78, exitCode());
        List<String> names = new ArrayList<>();
        for (String line : log()) {
            names.add(line.split(" ")[0]);
            assertFalse(line.contains("canary"), line);
        }
        assertEquals(List.of("CLAUDE_AUTH_PORT", "CLAUDE_AUTH_WARM", "CLAUDE_AUTH_HOST"), names);
        assertEquals(null, printed());
    }

    @Test
    void aPortInUseIsReportedInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            run("CLAUDE_AUTH_PORT", Integer.toString(taken.getLocalPort()));
            assertEquals(1, exitCode());
            assertEquals(1, log().size(), log().toString());
            assertTrue(log().get(0).contains("port " + taken.getLocalPort()), log().toString());
        }
    }

    @Test
    void theServerStartsWithAFolderThatCannotBeWrittenAndReadinessReportsIt() throws Exception {
        Path blocked = Files.createFile(folder.resolve("file"));
        run("CLAUDE_CREDENTIALS_PATH", blocked.resolve("data").toString(), "CLAUDE_AUTH_KYE", "canary-4711");
        String address = printed().replaceFirst("#.*", "");
        assertTrue(logged("CLAUDE_AUTH_KYE is ignored") && logged("did you mean CLAUDE_AUTH_KEY?"));
        assertFalse(logged("canary"));
        HttpResponse<String> ready = get(address + "readyz");
        assertEquals(503, ready.statusCode());
        assertTrue(ready.body().contains("{\"name\":\"storage\",\"ok\":false,\"error\":\""), ready.body());
        assertTrue(ready.body().contains("\"pending\":false"), ready.body());
        assertEquals(200, get(address).statusCode());
    }

    @Test
    void readinessIsPendingWhileTheCliIsBeingInstalled() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path failing = folder.resolve("failing");
        Path npm = Files.writeString(
                bin.resolve("npm"),
                "#!/bin/sh\nwhile [ ! -e " + failing
                        + " ]; do /bin/sleep 0.1; done\necho npm error no network\nexit 1\n");
        Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
        run("PATH", bin.toString(), "CLAUDE_COMMAND", "");
        // The link is printed before the CLI is installed.
        String address = printed().replaceFirst("#.*", "");
        Eventually.waitUntil(
                Duration.ofSeconds(30), () -> logged("Installing the Claude CLI"), () -> "nothing is installed");
        String meanwhile = get(address + "readyz").body();
        assertTrue(meanwhile.contains("is being installed") && !meanwhile.contains("\"pending\":false"), meanwhile);
        assertTrue(meanwhile.contains("\"progress\":{\"done\":0,\"total\":"), meanwhile);

        Files.createFile(failing);
        String told = "The Claude CLI could not be installed: no network";
        Eventually.waitUntil(
                Duration.ofSeconds(10), () -> logged("ERROR " + told), () -> "the failure is not in the log");
        String failed = get(address + "readyz").body();
        assertTrue(failed.contains(told) && failed.contains("\"pending\":false"), failed);
        process.toHandle().destroy();
        assertEquals(0, exitCode());
    }

    private boolean logged(String words) {
        try {
            return log().stream().anyMatch(line -> line.contains(words));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
