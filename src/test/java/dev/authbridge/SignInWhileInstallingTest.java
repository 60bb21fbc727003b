package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.support.AuthSocketClient;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sign-in that begins before the CLI is installed: the whole bridge, with an npm that continues when the test lets it and
 * installs a program that shows a URL as the CLI does.
 */
class SignInWhileInstallingTest {
    private static final String KEY = "key-of-the-test-0123456789abcdef";
    private static final String URL = "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String CLI =
            """
            #!/bin/sh
            case "$*" in
            --version) echo "%s (Claude Code)" ;;
            *setup-token) echo "%s"; echo "Paste code here if prompted >"; exec sleep 600 ;;
            esac
            """
                    .formatted(ClaudeInstallation.VERSION, URL);

    @TempDir
    private Path folder;

    private Bridge bridge;
    private String address;
    private AuthSocketClient page;

    @BeforeEach
    void start() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.writeString(folder.resolve("cli"), CLI);
        // The last argument is the package with its version.
        Path npm = Files.writeString(
                bin.resolve("npm"),
                """
                #!/bin/sh
                # An npm that has unpacked something has all the time that the test takes.
                mkdir node_modules
                echo begun > node_modules/begun
                while [ ! -e %1$s/works ] && [ ! -e %1$s/fails ]; do sleep 0.1; done
                if [ -e %1$s/fails ]; then echo "npm error code ENOTFOUND"; exit 1; fi
                for package in "$@"; do :; done
                mkdir -p node_modules/${package%%@*}
                cp %1$s/cli node_modules/${package%%@*}/claude
                chmod +x node_modules/${package%%@*}/claude
                """
                        .formatted(folder));
        Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
        Map<String, String> environment = Map.of(
                "HOME",
                folder.toString(),
                "PATH",
                bin + ":/usr/bin:/bin",
                "CLAUDE_CREDENTIALS_PATH",
                folder.resolve("data").toString(),
                "CLAUDE_AUTH_PORT",
                "0",
                "CLAUDE_AUTH_KEY",
                KEY,
                "HTTPS_PROXY",
                "http://127.0.0.1:9");
        bridge = new Bridge(Config.read(environment), environment);
        address = bridge.start();
        bridge.provideCli();
        page = AuthSocketClient.connect(address, KEY);
    }

    @AfterEach
    void stop() {
        page.close();
        bridge.stop(Duration.ZERO);
    }

    private void npm(String does) throws Exception {
        Files.createFile(folder.resolve(does));
    }

    @Test
    void aSignInWaitsAndContinuesByItself() throws Exception {
        page.send("claude.auth.start");
        page.awaitState("starting");
        HttpResponse<String> tab = openLink();
        assertTrue(tab.body().contains("The Claude CLI is being installed on this server"), tab.body());
        CompletableFuture<HttpResponse<String>> led = led(tab);
        npm("works");
        assertEquals(URL, page.awaitUrl());
        assertEquals(
                URL,
                JSON.readTree(led.get(20, TimeUnit.SECONDS).body()).path("url").asText());
        assertTrue(page.frames().stream().noneMatch(frame -> frame.contains("claude.auth.error")), "no error between");
    }

    @Test
    void aTabOpenedBeforeTheButtonIsPressedDoesTheSame() throws Exception {
        CompletableFuture<HttpResponse<String>> led = led(openLink());
        page.awaitState("starting");
        npm("works");
        assertEquals(URL, page.awaitUrl());
        assertEquals(
                URL,
                JSON.readTree(led.get(20, TimeUnit.SECONDS).body()).path("url").asText());
    }

    @Test
    void ifTheInstallationFailsTheSignInEndsWithTheCause() throws Exception {
        page.send("claude.auth.start");
        page.awaitState("starting");
        CompletableFuture<HttpResponse<String>> led = led(openLink());
        npm("fails");
        for (JsonNode told : new JsonNode[] {
            page.await("claude.auth.error"),
            JSON.readTree(led.get(20, TimeUnit.SECONDS).body())
        }) {
            assertEquals("cli_not_found", told.path("reason").asText(), told.toString());
            String error = told.path("error").asText();
            assertTrue(error.contains("npm does not reach its registry (ENOTFOUND)"), error);
            assertTrue(error.contains("HTTPS_PROXY") && error.contains("tries again by itself"), error);
        }
    }

    /** Clicks the sign-in link and returns what the new tab shows. */
    private HttpResponse<String> openLink() throws Exception {
        page.send("claude.auth.status");
        String link = page.await("claude.auth.status").path("link").asText().substring(1);
        HttpResponse<String> tab =
                HTTP.send(HttpRequest.newBuilder(URI.create(address + link)).build(), BodyHandlers.ofString());
        assertEquals(200, tab.statusCode(), tab.body());
        return tab;
    }

    /** Waits for the final answer to that tab. */
    private CompletableFuture<HttpResponse<String>> led(HttpResponse<String> tab) {
        Matcher wait = Pattern.compile("data-wait=\"([A-Za-z0-9_-]{32})\"").matcher(tab.body());
        assertTrue(wait.find(), tab.body());
        HttpRequest poll = HttpRequest.newBuilder(URI.create(address + "go/" + wait.group(1)))
                .POST(BodyPublishers.noBody())
                .build();
        return HTTP.sendAsync(poll, BodyHandlers.ofString());
    }
}
