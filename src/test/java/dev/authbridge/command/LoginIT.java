package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.ApiStandIn;
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
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code login} command with the real CLI: somebody reads the link, signs in, and pastes what the page shows. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Needs(Tool.NPM)
class LoginIT {
    @TempDir
    private Path folder;

    private LoopbackVendor vendor;
    private SignInStandIn service;
    private Process login;
    private BufferedReader output;
    private Writer input;
    private final StringBuilder said = new StringBuilder();

    @BeforeEach
    void open() {
        vendor = LoopbackVendor.open();
        service = new SignInStandIn(vendor);
        new ApiStandIn(vendor);
    }

    private void login(String... arguments) throws IOException {
        Map<String, String> environment = new HashMap<>(vendor.environment());
        environment.put("HOME", folder.toString());
        environment.put("CLAUDE_CREDENTIALS_PATH", folder.resolve("data").toString());
        environment.put(
                "CLAUDE_COMMAND", ClaudeCli.of(ClaudeCli.DEFAULT).program().toString());
        List<String> command = new ArrayList<>(List.of("login"));
        command.addAll(List.of(arguments));
        login = BridgeProcess.ofJar(environment, command)
                .redirectErrorStream(true)
                .start();
        output = new BufferedReader(new InputStreamReader(login.getInputStream(), UTF_8));
        input = login.outputWriter(UTF_8);
    }

    @AfterEach
    void nothingIsLeft() {
        if (login != null) {
            login.destroyForcibly();
        }
        Eventually.waitUntil(
                Duration.ofSeconds(20),
                () -> Processes.withEnvironment(vendor.proxyUrl()).isEmpty(),
                () -> "processes are left: " + Processes.withEnvironment(vendor.proxyUrl()));
        service.close();
    }

    @Test
    void aWrongCodeIsRefusedAndTheRightOneSignsIn() throws Exception {
        login("--owner", "alice");
        String link = until(line -> line.startsWith("https://"));
        assertTrue(until(line -> line.contains("\u2580") || line.contains("\u2584"))
                .startsWith("\u001b["));
        type("123456");
        until(line -> line.contains("That is the number from the e-mail"));
        type(service.wrongCodeFor(link));
        until(line -> line.contains("Checking the code"));
        String second = until(line -> line.startsWith("https://"));
        type(service.codeFor(second));
        until(line -> line.startsWith("alice is signed in, fingerprint "));
        assertTrue(login.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, login.exitValue());
        String stored = FileVault.readOnly(folder.resolve("data"), Optional.empty(), ClaudeCredential.KINDS)
                .read(new Owner("alice"))
                .orElseThrow()
                .reveal();
        assertTrue(stored.equals(service.lastToken()), "the stored token is not the one that was issued");
        try (SecretsGrep grep = SecretsGrep.open()) {
            service.codes().forEach(grep::secret);
            grep.search("the terminal", said.toString()).searchFiles(folder).assertNothingFound();
        }
    }

    @Test
    void aCancelledLoginLeavesNothingBehind() throws Exception {
        login();
        until(line -> line.startsWith("https://"));
        // as Ctrl-C does
        assertEquals(
                0,
                new ProcessBuilder("sh", "-c", "kill -INT " + login.pid())
                        .start()
                        .waitFor());
        assertTrue(login.waitFor(30, TimeUnit.SECONDS));
        assertEquals(128 + 2, login.exitValue());
    }

    @Test
    void itEndsIfNobodyCanType() throws Exception {
        login("--no-qr");
        until(line -> line.startsWith("https://"));
        input.close();
        until(line -> line.contains("The input ended before a good code came."));
        assertTrue(login.waitFor(30, TimeUnit.SECONDS));
        assertEquals(1, login.exitValue());
        assertFalse(said.toString().contains("\u2588"), "a QR code that nobody wanted");
    }

    @Test
    void aCodeFollowedByTheEndOfTheInputSignsIn() throws Exception {
        login("--no-qr");
        String link = until(line -> line.startsWith("https://"));
        type(service.codeFor(link));
        input.close();
        until(line -> line.startsWith("default is signed in, fingerprint "));
        assertTrue(login.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, login.exitValue());
    }

    @Test
    void aWrongCodeFollowedByTheEndOfTheInputReportsBoth() throws Exception {
        login("--no-qr");
        String link = until(line -> line.startsWith("https://"));
        type(service.wrongCodeFor(link));
        input.close();
        until(line -> line.contains("did not accept"));
        until(line -> line.contains("The input ended before a good code came."));
        assertTrue(login.waitFor(30, TimeUnit.SECONDS));
        assertEquals(1, login.exitValue());
        assertTrue(said.toString().contains("Checking the code"), said.toString());
    }

    private void type(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    private String until(Predicate<String> wanted) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (wanted.test(line)) {
                return line;
            }
        }
        throw new AssertionError("it ended and had said:\n" + said);
    }
}
