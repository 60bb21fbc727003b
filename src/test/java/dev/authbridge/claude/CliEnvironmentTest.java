package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.process.TemporaryHome;
import dev.authbridge.support.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CliEnvironmentTest {
    @Test
    void theCliGetsOnlyAFewOfTheServersVariables() throws IOException {
        TemporaryHome home = TemporaryHome.create();
        Map<String, String> environment = CliEnvironment.of(
                Map.of(
                        "PATH", "/usr/bin",
                        "HTTPS_PROXY", "http://127.0.0.1:9",
                        "NODE_EXTRA_CA_CERTS", "/ca.pem",
                        "HOME", "/root",
                        "ANTHROPIC_API_KEY", "secret",
                        "CLAUDE_CODE_OAUTH_TOKEN", "secret",
                        "CLAUDE_AUTH_MASTER_KEY", "secret",
                        "DISPLAY", ":0",
                        "BROWSER", "firefox",
                        "NODE_OPTIONS", "--require=/evil.js"),
                home);
        assertTrue(Files.isDirectory(Path.of(environment.get("CLAUDE_CONFIG_DIR"))));
        home.remove();
        assertEquals(
                Set.of(
                        "PATH",
                        "HTTPS_PROXY",
                        "NODE_EXTRA_CA_CERTS",
                        "HOME",
                        "TMPDIR",
                        "CLAUDE_CODE_TMPDIR",
                        "TERM",
                        "CLAUDE_CONFIG_DIR",
                        "DISABLE_AUTOUPDATER",
                        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"),
                environment.keySet());
        assertEquals(home.folder().toString(), environment.get("HOME"));
    }

    /** The chat's CLI gets the credential in addition to this environment. */
    @Test
    void nothingThatASandboxHasToRemoveReachesTheCli() throws Exception {
        List<String> removed = Secrets.credential(1).sandboxVariables().unset();
        Map<String, String> server = new HashMap<>();
        removed.forEach(name -> server.put(name, "1"));
        TemporaryHome home = TemporaryHome.create();
        Map<String, String> environment = CliEnvironment.of(server, home);
        home.remove();
        assertEquals(
                List.of(), removed.stream().filter(environment::containsKey).toList());
    }

    @Test
    void whatIsAboutCertificatesReachesTheCliAndNothingElseOfNodesOptions() {
        Map<String, String> about = Map.of(
                "NODE_EXTRA_CA_CERTS", "/extra.pem",
                "SSL_CERT_FILE", "/file.pem",
                "SSL_CERT_DIR", "/one:/two",
                "NODE_USE_SYSTEM_CA", "1",
                "CLAUDE_CODE_CERT_STORE", "system,bundled",
                "CLAUDE_CODE_CLIENT_CERT", "/client.pem",
                "CLAUDE_CODE_CLIENT_KEY", "/client.key",
                "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", "secret");
        assertEquals(about, CertificateVariables.passedOn(about));
        assertEquals(
                Map.of(
                        "SSL_CERT_FILE",
                        Path.of("ca.pem").toAbsolutePath().toString(),
                        "SSL_CERT_DIR",
                        "/one:" + Path.of("two").toAbsolutePath(),
                        "NODE_EXTRA_CA_CERTS",
                        ""),
                CertificateVariables.passedOn(
                        Map.of("SSL_CERT_FILE", "ca.pem", "SSL_CERT_DIR", "/one:two", "NODE_EXTRA_CA_CERTS", "")));
        for (String others : List.of(
                "--require /evil.js",
                "--inspect=0.0.0.0:1",
                "--import=data:text/javascript,1",
                "--tls-keylog=/tmp/keys",
                "--openssl-config=/evil",
                "--use-system-ca-not",
                "--max-old-space-size=99",
                "")) {
            assertEquals(Map.of(), CertificateVariables.passedOn(Map.of("NODE_OPTIONS", others)));
            assertEquals(
                    Map.of("NODE_OPTIONS", "--use-openssl-ca"),
                    CertificateVariables.passedOn(Map.of(
                            "NODE_OPTIONS", others + "\t --use-openssl-ca " + others + " \"--use-openssl-ca\"")));
        }
    }
}
