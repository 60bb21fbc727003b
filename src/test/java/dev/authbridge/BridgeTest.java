package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Secrets;
import dev.authbridge.support.ServerPem;
import dev.authbridge.support.SmallDisk;
import dev.authbridge.support.TestAuthority;
import dev.authbridge.support.Tool;
import java.io.IOException;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembled server while it starts. */
class BridgeTest {
    private static final String KEY = "key-of-the-test-0123456789abcdef";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private Bridge bridge;

    private String start(String... namesAndValues) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "HOME", folder.toString(),
                "CLAUDE_CREDENTIALS_PATH", folder.resolve("data").toString(),
                "CLAUDE_AUTH_PORT", "0",
                "CLAUDE_COMMAND", "/bin/false",
                "HTTPS_PROXY", "http://127.0.0.1:9"));
        for (int at = 0; at < namesAndValues.length; at += 2) {
            environment.put(namesAndValues[at], namesAndValues[at + 1]);
        }
        bridge = new Bridge(Config.read(environment), environment);
        return bridge.start();
    }

    @AfterEach
    void stop() {
        bridge.stop(Duration.ZERO);
    }

    private static HttpResponse<String> readiness(String address) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(address + "readyz")).build(), BodyHandlers.ofString());
    }

    @Test
    void withACertificateItSpeaksOnlyTlsAndItsCookieIsSecure() throws Exception {
        TestAuthority authority = new TestAuthority();
        ServerPem pem = ServerPem.in(folder, authority, "localhost");
        String address = start(
                "CLAUDE_AUTH_HOST",
                "localhost",
                "CLAUDE_AUTH_KEY",
                KEY,
                "CLAUDE_AUTH_TLS_CERT",
                pem.certificate().toString(),
                "CLAUDE_AUTH_TLS_KEY",
                pem.key().toString());
        assertTrue(address.startsWith("https://localhost:"), address);
        HttpClient browser =
                HttpClient.newBuilder().sslContext(authority.trusting()).build();
        HttpRequest signIn = HttpRequest.newBuilder(URI.create(address + "api/session"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"key\":\"" + KEY + "\"}"))
                .build();
        HttpResponse<String> signedIn = browser.send(signIn, BodyHandlers.ofString());
        assertEquals(204, signedIn.statusCode());
        String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.matches("__Host-claude-auth-[0-9a-f]{8}=.*") && cookie.endsWith("; Secure"), cookie);
        // No HSTS: it would apply to all ports of this host name; see docs/decisions.md.
        assertEquals(Optional.empty(), signedIn.headers().firstValue("Strict-Transport-Security"));
        assertThrows(IOException.class, () -> readiness(address.replace("https", "http")));
    }

    @Test
    void aBrowserStaysSignedInOverARestartUnlessItWasSignedOut() throws Exception {
        Path sessions = folder.resolve("data/sessions-0");
        String address = start("CLAUDE_AUTH_KEY", KEY);
        String cookie = send(address, "POST", "api/session", "Content-Type", "application/json")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        String[] ownPage = {"Cookie", cookie.substring(0, cookie.indexOf(';')), "Sec-Fetch-Site", "same-origin"};
        Eventually.waitUntil(Duration.ofSeconds(10), () -> Files.exists(sessions), () -> "nothing was written");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(sessions)));
        bridge.stop(Duration.ZERO);
        address = start("CLAUDE_AUTH_KEY", KEY);
        assertEquals(200, send(address, "GET", "api/claude/auth", ownPage).statusCode());
        assertEquals(204, send(address, "DELETE", "api/session", ownPage).statusCode());
        bridge.stop(Duration.ZERO);
        address = start("CLAUDE_AUTH_KEY", KEY);
        assertEquals(401, send(address, "GET", "api/claude/auth", ownPage).statusCode());
    }

    @Test
    void theStatusNamesTheSettingsFileThatWinsOverTheCredential() throws Exception {
        Path settings = Files.createDirectory(folder.resolve(".claude")).resolve("settings.json");
        Files.writeString(settings, "{\"apiKeyHelper\": \"echo pass-word\"}");
        String address = start("CLAUDE_AUTH_KEY", KEY);
        List<String> told = new ArrayList<>();
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> {
                    told.add(status(address));
                    return told.get(told.size() - 1)
                            .contains("\"file\":\"" + settings + "\",\"entry\":\"apiKeyHelper\"");
                },
                told::toString);
        assertFalse(told.toString().contains("pass-word"), told::toString);
    }

    private static String status(String address) {
        try {
            return send(address, "GET", "api/claude/auth", "Authorization", "Bearer " + KEY)
                    .body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** As two bridges to which {@code ssh -L} forwards ports: for browsers they are one site with one set of cookies. */
    @Test
    void bridgesOnOneHostNameDoNotSignEachOtherOut() throws Exception {
        String first = cookieName("data");
        bridge.stop(Duration.ZERO);
        String second = cookieName("other");
        assertTrue(!first.equals(second), first);
    }

    private String cookieName(String data) throws Exception {
        String address = start(
                "CLAUDE_AUTH_KEY",
                KEY,
                "CLAUDE_CREDENTIALS_PATH",
                folder.resolve(data).toString());
        String cookie = send(address, "POST", "api/session", "Content-Type", "application/json")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        return cookie.substring(0, cookie.indexOf('='));
    }

    private static HttpResponse<String> send(String address, String method, String path, String... headers)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .method(method, BodyPublishers.ofString(method.equals("POST") ? "{\"key\":\"" + KEY + "\"}" : ""))
                .headers(headers)
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    @Test
    void theAddressThatIsPrintedIsBelowThePathThatAProxyPassesOn() throws Exception {
        String address = start("CLAUDE_AUTH_BASE_PATH", "/tools/bridge");
        assertTrue(address.endsWith("/tools/bridge/"), address);
        assertTrue(readiness(address).body().contains("\"ready\""), address);
    }

    @Test
    void whatAKilledInstallationLeftIsGoneAfterTheNextStart() throws Exception {
        Path cli = folder.resolve("data/cli");
        Files.createDirectories(cli.resolve("unfinished-2.1.330-1/installed/node_modules"));
        Files.createDirectories(cli.resolve("2.1.330"));
        start();
        bridge.provideCli();
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> Files.notExists(cli.resolve("unfinished-2.1.330-1")),
                () -> "what is unfinished is still there");
        try (Stream<Path> left = Files.list(cli)) {
            assertEquals(List.of(cli.resolve("2.1.330")), left.toList());
        }
    }

    @Test
    void readinessIsPendingUntilATerminalWasOpened() throws Exception {
        String address = start("CLAUDE_AUTH_CONTACT", "Ops, ops@example.org");
        HttpResponse<String> early = readiness(address);
        assertEquals(503, early.statusCode());
        assertTrue(early.body().contains("\"pending\":true}],\"contact\":\"Ops, ops@example.org\"}"), early.body());
        bridge.warmUp();
        HttpResponse<String> ready = readiness(address);
        assertEquals(200, ready.statusCode(), ready.body());
    }

    @Test
    void aCliThatCannotBeRunIsNotReportedAsATerminalFaultAndRecoversWithoutARestart() throws Exception {
        Path interpreter = folder.resolve("interpreter");
        Path cli = Files.writeString(folder.resolve("claude"), "#!" + interpreter + "\n");
        Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwx------"));
        String address = start("CLAUDE_COMMAND", cli.toString());
        bridge.warmUp();
        HttpResponse<String> broken = readiness(address);
        assertEquals(503, broken.statusCode());
        assertTrue(broken.body().contains("{\"name\":\"terminal\",\"ok\":true}"), broken.body());
        assertTrue(
                broken.body()
                        .contains("{\"name\":\"cli\",\"ok\":false,\"error\":\"The Claude CLI " + cli
                                + " cannot be run: "),
                broken.body());
        Files.createSymbolicLink(interpreter, Path.of("/bin/true"));
        Eventually.waitUntil(
                Duration.ofSeconds(10), () -> readinessNow(address).statusCode() == 200, () -> readinessNow(address)
                        .body());
    }

    @Test
    void aCredentialThatIsUnreadableOrHeldBackIsReportedForItsOwnerOnly() throws Exception {
        Path vault = folder.resolve("data/vault");
        String address = start("CLAUDE_AUTH_KEY", KEY);
        bridge.warmUp();
        bridge.stop(Duration.ZERO);
        Files.writeString(vault.resolve("anna.credential"), "damaged");
        FileVault.open(folder.resolve("data"), Optional.empty(), ClaudeCredential.KINDS)
                .keep(new Owner("ben"), Secrets.credential(1).heldSince(Optional.of(Secrets.MADE)));
        address = start("CLAUDE_AUTH_KEY", KEY);
        bridge.warmUp();
        HttpResponse<String> readiness = readiness(address);
        assertEquals(200, readiness.statusCode(), readiness.body());
        assertTrue(readiness.body().contains("\"name\":\"credentials\",\"ok\":false"), readiness.body());
        assertTrue(readiness.body().contains("\"owners\":[\"anna\",\"ben\"]"), readiness.body());
        assertTrue(readiness.body().contains("The credential of ben is held back"), readiness.body());
        assertTrue(readiness.body().contains("sign out and in again"), readiness.body());
    }

    @Test
    @Needs(Tool.MOUNT)
    void readinessNamesADiskThatIsFullOrReadOnlyAndRecoversByItself() throws Exception {
        try (SmallDisk disk = SmallDisk.on(Files.createDirectory(folder.resolve("data")))) {
            String address = start("CLAUDE_AUTH_KEY", KEY);
            bridge.warmUp();
            assertEquals(200, readiness(address).statusCode());
            disk.fill();
            awaitStorageFault(address, "No space left on device");
            disk.free();
            disk.readOnly();
            awaitStorageFault(address, "Read-only file system");
            disk.writable();
            Eventually.waitUntil(
                    Duration.ofSeconds(10), () -> readinessNow(address).statusCode() == 200, () -> readinessNow(address)
                            .body());
        }
    }

    /** A good answer may be kept for some seconds. */
    private static void awaitStorageFault(String address, String why) {
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> {
                    HttpResponse<String> now = readinessNow(address);
                    return now.statusCode() == 503
                            && now.body().contains("\"name\":\"storage\",\"ok\":false")
                            && now.body().contains(why);
                },
                () -> readinessNow(address).body());
    }

    private static HttpResponse<String> readinessNow(String address) {
        try {
            return readiness(address);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
