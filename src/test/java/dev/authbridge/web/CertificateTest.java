package dev.authbridge.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.authbridge.support.Eventually;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.support.ServerPem;
import dev.authbridge.support.TestAuthority;
import dev.authbridge.web.tls.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** A server that speaks TLS and whose certificate is renewed while it runs. */
class CertificateTest extends ServerTest {
    private final TestAuthority authority = new TestAuthority();

    @Override
    protected RunningServer.Setting setting() {
        ServerPem pem = newPem();
        return RunningServer.Setting.USUAL.withTls(new TlsFiles(pem.certificate(), pem.key()));
    }

    /** Replaces key and certificate in the same files. */
    private ServerPem newPem() {
        try {
            return ServerPem.in(folder, authority, "bridge.certified");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SSLSocket connect() {
        try {
            SSLSocket socket = (SSLSocket)
                    authority.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port);
            socket.setSoTimeout(10_000);
            // Otherwise the last message of the handshake waits 40 ms for the acknowledgement of the one before it.
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BigInteger served() {
        try (SSLSocket socket = connect()) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRenewedCertificateIsServedWithoutARestartAndOpenConnectionsGoOn() throws Exception {
        BigInteger first = served();
        try (SSLSocket open = connect()) {
            newPem();
            assertEquals(first, served());
            server.timers.turn(Duration.ofMinutes(1));
            Eventually.waitUntil(
                    Duration.ofSeconds(10), () -> !served().equals(first), () -> "the new certificate is not served");
            open.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            assertEquals('H', open.getInputStream().read());
        }
    }

    @Test
    void theOldCertificateStaysInUseUntilTheNewFilesMatch() throws Exception {
        BigInteger first = served();
        Path key = folder.resolve("server.key");
        byte[] oldKey = Files.readAllBytes(key);
        newPem();
        byte[] newKey = Files.readAllBytes(key);
        Files.write(key, oldKey);
        try (SecretsGrep log = SecretsGrep.open()) {
            server.timers.turn(Duration.ofMinutes(1));
            Eventually.waitUntil(
                    Duration.ofSeconds(10),
                    () -> log.log().stream().anyMatch(line -> line.contains("is not used")),
                    () -> "nobody is told");
        }
        assertEquals(first, served());
        Files.write(key, newKey);
        Eventually.waitUntil(
                Duration.ofSeconds(10), () -> !servedAMinuteLater().equals(first), () -> "the new one is not served");
    }

    @Test
    void aNewKeyThatOthersCanReadIsNotUsedUntilItsModeIsMended() throws Exception {
        BigInteger first = served();
        Path key = newPem().key();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw----r--"));
        try (SecretsGrep log = SecretsGrep.open()) {
            server.timers.turn(Duration.ofMinutes(1));
            Eventually.waitUntil(
                    Duration.ofSeconds(10),
                    () -> log.log().stream()
                            .anyMatch(line -> line.contains("is not used: " + key
                                    + " can be read by every user: chmod o-r " + key + ". The old one stays in use.")),
                    () -> "nobody is told");
        }
        assertEquals(first, served());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Eventually.waitUntil(
                Duration.ofSeconds(10), () -> !servedAMinuteLater().equals(first), () -> "the new one is not served");
    }

    /** The suites that a client offers, and whether the server accepts one of them. */
    @Test
    void onlyForwardSecretAuthenticatedSuitesAreSpokenAlsoAfterARenewal() throws Exception {
        assertSpeaksStrongTlsOnly();
        BigInteger first = served();
        newPem();
        Eventually.waitUntil(
                Duration.ofSeconds(10), () -> !servedAMinuteLater().equals(first), () -> "the new one is not served");
        assertSpeaksStrongTlsOnly();
    }

    private void assertSpeaksStrongTlsOnly() {
        assertEquals("TLSv1.3", spoken("TLSv1.3", "TLS_AES_128_GCM_SHA256"));
        assertEquals("TLSv1.3", spoken("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"));
        for (String of : List.of("ECDSA", "RSA")) {
            assertEquals("nothing", spoken("TLSv1.2", "TLS_ECDHE_" + of + "_WITH_AES_128_CBC_SHA256"));
            assertEquals("nothing", spoken("TLSv1.2", "TLS_ECDHE_" + of + "_WITH_AES_256_CBC_SHA"));
        }
        assertEquals("nothing", spoken("TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256"));
        assertEquals(
                "TLSv1.2",
                spoken("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    }

    private String spoken(String version, String... suites) {
        try (SSLSocket socket = unconnected(version, suites)) {
            socket.startHandshake();
            return socket.getSession().getProtocol();
        } catch (SSLException e) {
            return "nothing";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SSLSocket unconnected(String version, String... suites) throws IOException {
        SSLSocket socket = (SSLSocket)
                authority.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port);
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(new String[] {version});
        if (suites.length > 0) {
            socket.setEnabledCipherSuites(suites);
        }
        return socket;
    }

    @Test
    void aClientCannotAskForAnotherHandshake() throws Exception {
        try (SecretsGrep log = SecretsGrep.open();
                SSLSocket socket = unconnected("TLSv1.2")) {
            socket.startHandshake();
            byte[] request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);
            socket.getOutputStream().write(request);
            assertEquals('H', socket.getInputStream().read());
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                socket.getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .getBytes(US_ASCII));
                socket.getInputStream().readAllBytes();
            });
            assertEquals(
                    List.of(),
                    log.log().stream().filter(line -> line.contains("\tat ")).toList());
        }
    }

    /** Browsers let no other server have a name of the certificate. */
    @Test
    void theNamesInTheCertificateAreTheServers() throws Exception {
        assertEquals("200", statusFor("bridge.certified"));
        assertEquals("421", statusFor("evil.example"));
    }

    private String statusFor(String host) throws IOException {
        try (SSLSocket socket = connect()) {
            socket.getOutputStream().write(("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), US_ASCII).substring(9);
        }
    }

    /** A check that is under way schedules the next one when it is done. */
    private BigInteger servedAMinuteLater() {
        try {
            server.timers.turn(Duration.ofMinutes(1));
            return served();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
