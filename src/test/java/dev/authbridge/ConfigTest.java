package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.access.AccessKey;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.core.Owner;
import dev.authbridge.support.ServerPem;
import dev.authbridge.support.TestAuthority;
import dev.authbridge.web.Hosts;
import dev.authbridge.web.TrustedProxies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    private static final String CANARY = "canary-4711";

    @TempDir
    private Path folder;

    private Map<String, String> environment(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", folder.toString(), "PATH", "/usr/bin:/bin"));
        for (int at = 0; at < namesAndValues.length; at += 2) {
            environment.put(namesAndValues[at], namesAndValues[at + 1]);
        }
        return environment;
    }

    private List<String> faults(String... namesAndValues) {
        return assertThrows(Config.Invalid.class, () -> Config.read(environment(namesAndValues)))
                .faults();
    }

    @Test
    void withoutVariablesTheDefaultsOfTheContractApply() throws Config.Invalid {
        Config config = Config.read(environment());
        assertTrue(config.enabled());
        assertEquals(folder.resolve(".local/share/claude-auth-bridge"), config.folder());
        assertEquals(Duration.ofMinutes(10), config.codeWithin());
        assertEquals(Duration.ofDays(7), config.sessionIdle());
        assertEquals("127.0.0.1", config.host());
        assertEquals(8765, config.port());
        assertEquals(8, config.maxLogins());
        assertEquals(1_024, config.maxConnections());
        assertEquals(1, config.warm());
        assertEquals(Optional.empty(), config.command());
        assertEquals(Optional.empty(), config.tls());
        assertEquals(Optional.empty(), config.masterKeys());
        assertEquals(Set.of(), config.origins().further());
        assertEquals("https://api.anthropic.com", config.apiUrl().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "/, ''",
        "/tools/claude, /tools/claude",
        "/tools/claude/, /tools/claude",
        "/user/anna%40x.org/a, /user/anna%40x.org/a",
        "/absproxy/8765, /absproxy/8765",
        "/apiary, /apiary",
        "/a.b/~c/d_e-f, /a.b/~c/d_e-f"
    })
    void theBasePathIsReadWithOrWithoutASlashAtItsEnd(String given, String read) throws Exception {
        assertEquals(
                read,
                Config.read(environment("CLAUDE_AUTH_BASE_PATH", given))
                        .basePath()
                        .prefix());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tools",
                "//evil.example",
                "/tools//claude",
                "/tools//",
                "/..",
                "/tools/../x",
                "/./tools",
                "/tools/.",
                "/%2e%2e/x",
                "/tools%2fclaude",
                "/tools%5cclaude",
                "/tools%00",
                "/tools\u0001",
                "/tools\r\nX: y",
                "/tools claude",
                "/tools?x",
                "/tools#x",
                "/tools\\claude",
                "/%74ools",
                "/tools%",
                "/tools%4",
                "https://evil.example/tools",
                "/\"><script>",
                "/töols",
                "/api",
                "/api/x",
                "/d",
                "/go/x",
                "/chat",
                "/claude-login",
                "/healthz",
                "/readyz/",
                "/metrics"
            })
    void aBasePathThatIsNoPathOrOneOfTheBridgesOwnIsRefused(String given) {
        List<String> faults = faults("CLAUDE_AUTH_BASE_PATH", given);
        assertEquals(1, faults.size());
        assertTrue(
                faults.get(0).startsWith("CLAUDE_AUTH_BASE_PATH must be the path of an address, such as /tools/bridge"),
                faults.get(0));
    }

    @Test
    void aBasePathOfAnyLengthIsRefusedInTime() {
        assertEquals(1, faults("CLAUDE_AUTH_BASE_PATH", "/a".repeat(1_000)).size());
    }

    @Test
    void theChatIsOnUnlessThereAreSeveralOwners() throws Exception {
        assertTrue(Config.read(environment()).chatEnabled());
        assertFalse(Config.read(environment("CLAUDE_AUTH_CHAT", "false")).chatEnabled());
        Path keys = folder.resolve("keys");
        String hash = "0123456789abcdef".repeat(4);
        Files.writeString(keys, "default:" + hash + ":login\nci:" + hash.replace('0', '1') + ":read-credential\n");
        assertTrue(Config.read(environment("CLAUDE_AUTH_KEYS_FILE", keys.toString()))
                .chatEnabled());
        Files.writeString(keys, "ben:" + hash + ":login\n");
        assertFalse(Config.read(environment("CLAUDE_AUTH_KEYS_FILE", keys.toString()))
                .chatEnabled());
        assertTrue(Config.read(environment("CLAUDE_AUTH_KEYS_FILE", keys.toString(), "CLAUDE_AUTH_CHAT", "true"))
                .chatEnabled());
    }

    @Test
    void withoutAKeyEachStartGeneratesOneThatCannotBeGuessed() throws Config.Invalid {
        String one = Config.read(environment()).madeKey().orElseThrow().reveal();
        String two = Config.read(environment()).madeKey().orElseThrow().reveal();
        assertNotEquals(one, two);
        assertTrue(one.matches("[A-Za-z0-9_-]{32}"), one);
        assertFalse(Config.read(environment()).toString().contains(one));
    }

    @Test
    void aGivenKeyIsNeverPrinted() throws Config.Invalid {
        Config config = Config.read(environment("CLAUDE_AUTH_KEY", "canary-4711-canary-4711"));
        assertEquals(Optional.empty(), config.madeKey());
        assertFalse(config.toString().contains(CANARY));
    }

    @Test
    void theDataFolderFollowsXdgUnlessItIsNamed() throws Config.Invalid {
        assertEquals(
                Path.of("/xdg/claude-auth-bridge"),
                Config.read(environment("XDG_DATA_HOME", "/xdg")).folder());
        assertEquals(
                folder.resolve(".local/share/claude-auth-bridge"),
                Config.read(environment("XDG_DATA_HOME", "relative")).folder());
        assertEquals(
                Path.of("/elsewhere"),
                Config.read(environment("XDG_DATA_HOME", "/xdg", "CLAUDE_CREDENTIALS_PATH", "/elsewhere"))
                        .folder());
    }

    @Test
    void anEmptyVariableCountsAsNotSet() throws Config.Invalid {
        assertEquals(
                8765,
                Config.read(environment("CLAUDE_AUTH_PORT", "", "CLAUDE_AUTH_KEY", " "))
                        .port());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CLAUDE_AUTH_ENABLED|canary-4711|true or false",
                "CLAUDE_AUTH_CHAT|canary-4711|true or false",
                "CLAUDE_AUTH_TIMEOUT|canary-4711|from 1000 to 86400000",
                "CLAUDE_AUTH_TIMEOUT|999|from 1000 to 86400000",
                "CLAUDE_AUTH_TIMEOUT|99999999999|from 1000 to 86400000",
                "CLAUDE_AUTH_SESSION_IDLE|canary-4711|from 5 to 43200",
                "CLAUDE_AUTH_SESSION_IDLE|4|from 5 to 43200",
                "CLAUDE_AUTH_SESSION_IDLE|43201|from 5 to 43200",
                "CLAUDE_AUTH_HOST|no such canary-4711|name of this machine",
                "CLAUDE_AUTH_HOST|0.0.0.0|loopback",
                "CLAUDE_AUTH_PORT|65536|from 0 to 65535",
                "CLAUDE_AUTH_PORT|-1|from 0 to 65535",
                "CLAUDE_AUTH_KEY|canary-4711|16 to 512",
                "CLAUDE_AUTH_KEY|passwordpassword|can be guessed",
                "CLAUDE_AUTH_KEY|aaaaaaaaaaaaaaaa|can be guessed",
                "CLAUDE_AUTH_KEY|canary-4711 canary-4711|without blanks",
                "CLAUDE_AUTH_KEYS_FILE|/canary-4711|it cannot be read",
                "CLAUDE_AUTH_ORIGINS|*|with commas between",
                "CLAUDE_AUTH_ORIGINS|https://canary-4711.example/path|without a path",
                "CLAUDE_AUTH_ORIGINS|canary-4711.example|with commas between",
                "CLAUDE_AUTH_MASTER_KEY|canary-4711|32 random bytes",
                "CLAUDE_AUTH_TLS_CERT|/canary-4711.pem|PEM file",
                "CLAUDE_AUTH_TLS_KEY|/canary-4711.pem|PEM file",
                "CLAUDE_AUTH_BEHIND_PROXY|1|true or false",
                "CLAUDE_AUTH_TRUSTED_PROXIES|canary-4711.example|CIDR blocks",
                "CLAUDE_AUTH_TRUSTED_PROXIES|10.0.0.0/33|CIDR blocks",
                "CLAUDE_AUTH_HOSTS|*|without scheme and port",
                "CLAUDE_AUTH_HOSTS|https://canary-4711.example|without scheme and port",
                "CLAUDE_AUTH_HOSTS|canary-4711.example:8765|without scheme and port",
                "CLAUDE_AUTH_MAX_LOGINS|0|from 1 to 1000",
                "CLAUDE_AUTH_MAX_CONNECTIONS|15|from 16 to 1000000",
                "CLAUDE_AUTH_WARM|-1|from 0 to 100",
                "CLAUDE_AUTH_WARM|9|not be larger than CLAUDE_AUTH_MAX_LOGINS",
                "CLAUDE_COMMAND|canary-4711-is-no-program|can be run",
                "CLAUDE_AUTH_CONTACT|canary-4711\u0007bell|without control characters",
                "CLAUDE_AUTH_CONTACT|canary-4711\u2028line|one line of up to 200",
                "CLAUDE_AUTH_API_URL|http://canary-4711.example|https",
            })
    void aBadValueIsNamedWithWhatIsAcceptedAndNotRepeated(String name, String value, String accepted) {
        List<String> faults = faults(name, value);
        String fault = faults.get(0);
        assertTrue(fault.startsWith(name + " "), fault);
        assertTrue(fault.contains(accepted), fault);
        assertFalse(fault.contains(CANARY), fault);
    }

    @Test
    void theContactIsOneLineOfUpTo200Characters() throws Config.Invalid {
        assertEquals(Optional.empty(), Config.read(environment()).contact());
        String longest = "🙂".repeat(200);
        assertEquals(
                Optional.of(longest),
                Config.read(environment("CLAUDE_AUTH_CONTACT", " " + longest + " "))
                        .contact());
        assertTrue(faults("CLAUDE_AUTH_CONTACT", "x".repeat(201)).get(0).contains("up to 200"));
        assertTrue(faults("CLAUDE_AUTH_CONTACT", "two\nlines").get(0).startsWith("CLAUDE_AUTH_CONTACT "));
    }

    @Test
    void allBadValuesAreNamedAtOnce() {
        List<String> faults = faults(
                "CLAUDE_AUTH_ENABLED",
                "yes",
                "CLAUDE_AUTH_PORT",
                "http",
                "CLAUDE_AUTH_ORIGINS",
                "*,*,a",
                "CLAUDE_COMMAND",
                "/nothing/here");
        assertEquals(
                List.of("CLAUDE_AUTH_ENABLED", "CLAUDE_AUTH_PORT", "CLAUDE_AUTH_ORIGINS", "CLAUDE_COMMAND"),
                faults.stream().map(fault -> fault.split(" ")[0]).toList());
    }

    @Test
    void everyBadLineOfTheKeysFileIsNamed() throws Exception {
        Path keys = Files.writeString(
                folder.resolve("keys"),
                "# comment\n\nanna:" + "a".repeat(64) + ":login\nanna:canary-4711:login\n" + "Ben:" + "b".repeat(64)
                        + ":login\nben:" + "b".repeat(64) + ":canary-4711\nben:" + "a".repeat(64) + ":login\n");
        List<String> faults = faults("CLAUDE_AUTH_KEYS_FILE", keys.toString());
        assertEquals(4, faults.size(), faults.toString());
        assertTrue(faults.get(0).contains("cannot be used: line 4 has no SHA-256"), faults.get(0));
        assertTrue(faults.get(3).contains("line 7 ") && faults.get(3).contains("another owner"), faults.get(3));
        assertFalse(faults.toString().contains(CANARY));
    }

    @Test
    void aFileIsRefusedAsTheDataFolder() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertTrue(faults("CLAUDE_CREDENTIALS_PATH", file.toString()).get(0).contains("must be a folder"));
    }

    private static Path withMode(String permissions, Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void whatOtherUsersCouldChangeOrReadIsNamedOnceWithTheCommandThatMendsIt() throws Exception {
        Path open = withMode("rwxr-xrwx", Files.createDirectory(folder.resolve("open")));
        Path data = Files.createDirectory(open.resolve("data"));
        Path vault = withMode("rwxr-xr-x", Files.createDirectory(data.resolve("vault")));
        Path masterKey = withMode("rw----r--", Files.createFile(vault.resolve("master.key")));
        Path cli = withMode("rwxr-xrwx", Files.createDirectory(data.resolve("cli")));
        Path keys = withMode("rw-r--rw-", Files.createFile(folder.resolve("keys")));
        ServerPem pem = ServerPem.in(folder, new TestAuthority(), "localhost");
        withMode("rw-r--rw-", pem.certificate());
        withMode("rw----r--", pem.key());
        List<String> faults = faults(
                "CLAUDE_CREDENTIALS_PATH",
                data.toString(),
                "CLAUDE_AUTH_KEYS_FILE",
                keys.toString(),
                "CLAUDE_AUTH_TLS_CERT",
                pem.certificate().toString(),
                "CLAUDE_AUTH_TLS_KEY",
                pem.key().toString());
        String file = "names a file that cannot be used: it is not safe from other users: ";
        String ofFolder = "CLAUDE_CREDENTIALS_PATH is not safe from other users: ";
        assertEquals(
                List.of(
                        "CLAUDE_AUTH_KEYS_FILE " + file + keys + " can be changed by every user: chmod o-w " + keys,
                        "CLAUDE_AUTH_TLS_CERT " + file + pem.certificate() + " can be changed by every user: chmod o-w "
                                + pem.certificate(),
                        "CLAUDE_AUTH_TLS_KEY " + file + pem.key() + " can be read by every user: chmod o-r "
                                + pem.key(),
                        ofFolder + open + " can be changed by every user: chmod o-w " + open,
                        ofFolder + vault + " can be read by every user: chmod o-rx " + vault,
                        ofFolder + masterKey + " can be read by every user: chmod o-r " + masterKey,
                        ofFolder + cli + " can be changed by every user: chmod o-w " + cli),
                faults.stream()
                        .map(fault -> fault.replace("chmod go-rx " + vault, "chmod o-rx " + vault))
                        .toList());
    }

    @Test
    void theCliInTheDataFolderIsPartOfWhatOthersMustNotChange() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path bin = Files.createDirectories(data.resolve("cli/" + ClaudeInstallation.VERSION + "/node_modules/.bin"));
        Path cli = withMode("rwxr-xrwx", Files.createFile(bin.resolve("claude")));
        assertEquals(
                List.of("CLAUDE_CREDENTIALS_PATH is not safe from other users: " + cli
                        + " can be changed by every user: chmod o-w " + cli),
                faults("CLAUDE_CREDENTIALS_PATH", data.toString()));
    }

    @Test
    void certificateAndKeyMustBothBeGiven() throws Exception {
        ServerPem pem = ServerPem.in(folder, new TestAuthority(), "localhost");
        assertEquals(
                List.of(
                        "CLAUDE_AUTH_TLS_KEY must be set too: CLAUDE_AUTH_TLS_CERT and CLAUDE_AUTH_TLS_KEY go together"),
                faults("CLAUDE_AUTH_TLS_CERT", pem.certificate().toString()));
        assertTrue(faults("CLAUDE_AUTH_TLS_KEY", pem.key().toString())
                .get(0)
                .startsWith("CLAUDE_AUTH_TLS_CERT must be set"));
        ServerPem other =
                ServerPem.in(Files.createDirectory(folder.resolve("other")), new TestAuthority(), "localhost");
        assertEquals(
                List.of("CLAUDE_AUTH_TLS_KEY must name the key of the certificate in CLAUDE_AUTH_TLS_CERT"),
                faults(
                        "CLAUDE_AUTH_TLS_CERT",
                        pem.certificate().toString(),
                        "CLAUDE_AUTH_TLS_KEY",
                        other.key().toString()));
    }

    @Test
    void oneFileMayContainBothKeyAndCertificate() throws Exception {
        ServerPem pem = ServerPem.in(folder, new TestAuthority(), "localhost");
        String both = Files.readString(pem.key()) + "a comment\n" + Files.readString(pem.certificate());
        String file = withMode("rw-------", Files.writeString(folder.resolve("both.pem"), both))
                .toString();
        assertTrue(Config.read(environment("CLAUDE_AUTH_TLS_CERT", file, "CLAUDE_AUTH_TLS_KEY", file))
                .tls()
                .isPresent());
    }

    @Test
    void invalidCertificateAndKeyFilesAreNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("some.pem"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + CANARY);
        withMode("rw-------", file);
        assertEquals(
                List.of(
                        "CLAUDE_AUTH_TLS_CERT must name a PEM file with a certificate",
                        "CLAUDE_AUTH_TLS_KEY must name a PEM file with a private key that has no pass phrase"),
                faults("CLAUDE_AUTH_TLS_CERT", file.toString(), "CLAUDE_AUTH_TLS_KEY", file.toString()));
    }

    @Test
    void otherMachinesAreServedOnlyWithTlsOrBehindAProxy() throws Exception {
        ServerPem pem = ServerPem.in(folder, new TestAuthority(), "localhost");
        assertEquals(
                "0.0.0.0",
                Config.read(environment("CLAUDE_AUTH_HOST", "0.0.0.0", "CLAUDE_AUTH_BEHIND_PROXY", "true"))
                        .host());
        assertEquals(
                "0.0.0.0",
                Config.read(environment(
                                "CLAUDE_AUTH_HOST",
                                "0.0.0.0",
                                "CLAUDE_AUTH_TLS_CERT",
                                pem.certificate().toString(),
                                "CLAUDE_AUTH_TLS_KEY",
                                pem.key().toString()))
                        .host());
        assertEquals("::1", Config.read(environment("CLAUDE_AUTH_HOST", "::1")).host());
    }

    @Test
    void onlyLoopbackIsTrustedAsAProxyUnlessOthersAreNamed() throws Config.Invalid {
        assertEquals(
                TrustedProxies.LOOPBACK,
                Config.read(environment("CLAUDE_AUTH_BEHIND_PROXY", "true")).trustedProxies());
        assertEquals(
                List.of(
                        TrustedProxies.Range.parse("172.18.0.0/16").orElseThrow(),
                        TrustedProxies.Range.parse("2001:db8::5").orElseThrow()),
                Config.read(environment("CLAUDE_AUTH_TRUSTED_PROXIES", "172.18.0.0/16, 2001:db8::5"))
                        .trustedProxies()
                        .ranges());
    }

    @Test
    void theServerIsKnownByItsHostAndOriginsAndTheNamesThatAreListed() throws Config.Invalid {
        assertEquals(
                new Hosts(Set.of("127.0.0.1"), false),
                Config.read(environment()).hosts());
        assertEquals(
                new Hosts(Set.of("bridge.example.org", "build_box", "2001:db8::1", "app.example", "0.0.0.0"), true),
                Config.read(environment(
                                "CLAUDE_AUTH_HOSTS",
                                "Bridge.Example.org., build_box,[2001:DB8:0::1]",
                                "CLAUDE_AUTH_ORIGINS",
                                "https://app.example:8443",
                                "CLAUDE_AUTH_HOST",
                                "0.0.0.0",
                                "CLAUDE_AUTH_BEHIND_PROXY",
                                "true"))
                        .hosts());
    }

    @Test
    void originsAreReadAsBrowsersWriteThem() throws Config.Invalid {
        assertEquals(
                Set.of("https://app.example", "http://localhost:3000"),
                Config.read(environment("CLAUDE_AUTH_ORIGINS", "HTTPS://App.Example:443/, http://localhost:3000"))
                        .origins()
                        .further());
    }

    @Test
    void aSecretCanBeGivenInAFile() throws Exception {
        String key = "canary-4711-canary-4711";
        AccessKey mine = AccessKey.of(Owner.DEFAULT, key, Set.of(AccessKey.Scope.LOGIN));
        Path file = folder.resolve("key");
        for (String content : List.of(key, key + "\n", key + "\r\n", "\uFEFF" + key + "\n\n", "  " + key + "\t\n")) {
            secret(file, content);
            Config config = Config.read(environment("CLAUDE_AUTH_KEY_FILE", file.toString()));
            assertEquals(Optional.empty(), config.madeKey());
            assertTrue(config.keys().holds(mine), content);
        }
        // As Kubernetes mounts it: a link to a link.
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("key"));
        assertTrue(Config.read(environment("CLAUDE_AUTH_KEY_FILE", link.toString()))
                .keys()
                .holds(mine));
        // As in master.key while it is being replaced: a key on each line.
        secret(file, ("A".repeat(43) + "=\r\n").repeat(2));
        assertEquals(
                2,
                Config.read(environment("CLAUDE_AUTH_MASTER_KEY_FILE", file.toString()))
                        .masterKeys()
                        .orElseThrow()
                        .all()
                        .size());
    }

    @Test
    void aSecretsFileThatCannotBeUsedIsNamedWithoutItsContent() throws Exception {
        Path file = folder.resolve("key");
        assertEquals(
                List.of("CLAUDE_AUTH_KEY_FILE names a file that does not exist, or that this user cannot reach"),
                faults("CLAUDE_AUTH_KEY_FILE", file.toString()));
        assertEquals(
                List.of("CLAUDE_AUTH_KEY_FILE must name a regular file, not a folder, pipe or device"),
                faults("CLAUDE_AUTH_KEY_FILE", folder.toString()));
        assertEquals(
                List.of("CLAUDE_AUTH_KEY_FILE begins with ~, which only a shell replaces; write the whole path"),
                faults("CLAUDE_AUTH_KEY_FILE", "~/key"));
        assertFaultOfSecret("names a file that is empty", file, "");
        assertFaultOfSecret("names a file that is empty", file, "\r\n \n");
        assertFaultOfSecret("names a file of more than 16 KiB, so it is not the secret", file, "c".repeat(17_000));
        assertFaultOfSecret("must have 16 to 512 ASCII characters", file, CANARY);
        assertFaultOfSecret("must have 16 to 512 ASCII characters", file, "canary-4711-canary\ncanary-4711-canary\n");
        assertFaultOfSecret("contains lines of a keys file", file, "anna:" + "0123456789abcdef".repeat(4) + ":login\n");
        Files.write(file, new byte[] {(byte) 0xC3, 'a'});
        assertEquals(
                List.of("CLAUDE_AUTH_KEY_FILE names a file that is not text in UTF-8"),
                faults("CLAUDE_AUTH_KEY_FILE", file.toString()));
        secret(file, "canary-4711-canary-4711");
        assertEquals(
                List.of("CLAUDE_AUTH_KEY_FILE and CLAUDE_AUTH_KEY are both set; remove one of them"),
                faults("CLAUDE_AUTH_KEY_FILE", file.toString(), "CLAUDE_AUTH_KEY", "canary-4711-canary-4711"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(
                List.of("CLAUDE_AUTH_KEY_FILE names a file that cannot be used: it is not safe from other users: "
                        + file + " can be read by every user: chmod o-r " + file),
                faults("CLAUDE_AUTH_KEY_FILE", file.toString()).stream()
                        .map(fault -> fault.replace("go-r", "o-r"))
                        .toList());
    }

    private void assertFaultOfSecret(String fault, Path file, String content) throws IOException {
        secret(file, content);
        List<String> faults = faults("CLAUDE_AUTH_KEY_FILE", file.toString());
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith("CLAUDE_AUTH_KEY_FILE " + fault), faults.toString());
        assertFalse(faults.get(0).contains("canary"), faults.toString());
    }

    private static void secret(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @ParameterizedTest
    @CsvSource(value = {"'', ?", "?, ?", "home, ?", "'', ''", "/, /nowhere"})
    void withoutAHomeFolderTheDataFolderHasToBeNamed(String home, String javaHome) throws Exception {
        String before = System.getProperty("user.home");
        System.setProperty("user.home", javaHome);
        try {
            List<String> faults =
                    home.equals("/") ? faults("HOME", "/proc/self/nothing-can-be-made-here") : faults("HOME", home);
            assertEquals(1, faults.size(), faults.toString());
            assertTrue(
                    faults.get(0).startsWith("CLAUDE_CREDENTIALS_PATH has to be set to a folder that"), faults.get(0));
            assertEquals(
                    folder,
                    Config.read(environment("HOME", home, "CLAUDE_CREDENTIALS_PATH", folder.toString()))
                            .folder());
            assertEquals(
                    folder.resolve("claude-auth-bridge"),
                    Config.read(environment("HOME", home, "XDG_DATA_HOME", folder.toString()))
                            .folder());
            assertFalse(Files.exists(Path.of("?")));
        } finally {
            System.setProperty("user.home", before);
        }
    }

    @Test
    void thePortThatKubernetesSetsForAServiceIsRecognized() {
        List<String> faults = faults("CLAUDE_AUTH_PORT", "tcp://10.96.0.17:8765");
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).contains("enableServiceLinks: false"), faults.get(0));
    }
}
