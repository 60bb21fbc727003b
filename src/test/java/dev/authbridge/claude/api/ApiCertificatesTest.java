package dev.authbridge.claude.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.TestAuthority;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiCertificatesTest {
    private static final String PASSPHRASE = "a-passphrase";

    private final TestAuthority authority = new TestAuthority();
    private final PemKeyCertOptions client = authority.clientIdentity("a client");
    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path folder;

    private Path certificate;

    @BeforeEach
    void writeTheCertificate() throws IOException {
        certificate = file("client.pem", client.getCertValue().toString());
        environment.put("CLAUDE_CODE_CERT_STORE", "system");
        environment.put(
                "SSL_CERT_FILE",
                file("authority.pem", authority.certificatePem()).toString());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private List<String> faults() {
        return ApiCertificates.read(environment).faults();
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWithTheReason() throws IOException {
        String pem = authority.certificatePem();
        String key = client.getKeyValue().toString();
        Map<String, String> whyByContent = new LinkedHashMap<>();
        whyByContent.put("", "no certificate is in it");
        whyByContent.put("-----BEGIN ", "no certificate is in it");
        whyByContent.put(key, "no certificate is in it");
        whyByContent.put("-----BEGIN CERTIFICATE-----\nnonsense\n", "certificate 1 in it is damaged");
        whyByContent.put(pem + pem.substring(0, 200), "certificate 2 in it is damaged");
        whyByContent.put(pem.replace("MI", "M!"), "certificate 1 in it is damaged");
        whyByContent.put("0\u0082 DER", "it is in DER, not in PEM; convert it with: openssl x509");
        for (Map.Entry<String, String> entry : whyByContent.entrySet()) {
            Path file = file("ca.pem", entry.getKey());
            for (String name : List.of("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")) {
                Map<String, String> given = new HashMap<>(Map.of(name, file.toString()));
                List<String> faults = ApiCertificates.read(given).faults();
                assertEquals(1, faults.size(), faults.toString());
                assertTrue(faults.get(0).startsWith(name + ", " + file + ": " + entry.getValue()), faults.toString());
            }
        }
        environment.put("NODE_EXTRA_CA_CERTS", "/no/such\nfile");
        assertEquals(List.of("NODE_EXTRA_CA_CERTS, /no/such file: there is no such file"), faults());
        environment.put("NODE_EXTRA_CA_CERTS", folder.toString());
        assertEquals(List.of("NODE_EXTRA_CA_CERTS, " + folder + ": it is a folder"), faults());
        environment.put("NODE_EXTRA_CA_CERTS", "/dev/zero");
        assertEquals(List.of("NODE_EXTRA_CA_CERTS, /dev/zero: it is no ordinary file"), faults());
        environment.put("NODE_EXTRA_CA_CERTS", " ");
        environment.put("SSL_CERT_FILE", "");
        environment.put("SSL_CERT_DIR", "/no/such/folder");
        assertEquals(
                List.of(
                        "SSL_CERT_DIR, /no/such/folder: it is no folder that the bridge's user may read",
                        "no certificate authority is left to trust: check CLAUDE_CODE_CERT_STORE, NODE_OPTIONS,"
                                + " SSL_CERT_FILE and SSL_CERT_DIR"),
                faults());
    }

    @Test
    void whatIsDamagedCostsNothingButItself() throws IOException {
        String pem = authority.certificatePem();
        environment.put(
                "SSL_CERT_FILE",
                file("ca.pem", "a comment\r\n" + pem.substring(0, 200) + "\n" + pem.replace("\n", "\r\n"))
                        .toString());
        assertEquals(1, faults().size());
        assertEquals(
                "1 certificate authorities are trusted",
                ApiCertificates.read(environment).summary());
        environment.put("SSL_CERT_DIR", folder.toString());
        assertEquals(1, faults().size(), "a folder may have other files, and the same certificates again");
    }

    @Test
    void theServerIsShownTheClientsCertificateWhateverTheFormOfItsKey() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setClientAuth(ClientAuth.REQUIRED)
                            .setTrustOptions(
                                    new PemTrustOptions().addCertValue(Buffer.buffer(authority.certificatePem())))
                            .setKeyCertOptions(authority.serverIdentity(List.of("localhost"))))
                    .requestHandler(request -> request.response().end("welcome"))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            Assertions.assertThrows(SSLException.class, () -> get(server.actualPort()));
            environment.put("CLAUDE_CODE_CLIENT_CERT", certificate.toString());
            for (Map.Entry<String, String> form : formsOfTheKey().entrySet()) {
                environment.put(
                        "CLAUDE_CODE_CLIENT_KEY",
                        file("client.key", form.getValue()).toString());
                if (form.getKey().startsWith("encrypted")) {
                    String fault = String.join("; ", faults());
                    assertTrue(fault.contains("its private key is encrypted, and no passphrase is set"), fault);
                    environment.put("CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", "wrong-passphrase");
                    fault = String.join("; ", faults());
                    assertTrue(fault.endsWith("the passphrase does not open its private key"), fault);
                    assertFalse(fault.contains("wrong-passphrase"), fault);
                    environment.put("CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", PASSPHRASE);
                }
                assertEquals(List.of(), faults(), form.getKey());
                assertEquals("welcome", get(server.actualPort()), form.getKey());
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private String get(int port) throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .sslContext(ApiCertificates.read(environment).context())
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private PrivateKeyInfo key() throws IOException {
        try (PEMParser parser =
                new PEMParser(new StringReader(client.getKeyValue().toString()))) {
            return (PrivateKeyInfo) parser.readObject();
        }
    }

    private Map<String, String> formsOfTheKey() throws Exception {
        var pair = new JcaPEMKeyConverter().getPrivateKey(key());
        Map<String, String> forms = new LinkedHashMap<>();
        forms.put("PKCS #8", client.getKeyValue().toString());
        forms.put("after its certificate", client.getCertValue().toString() + client.getKeyValue());
        forms.put(
                "older form",
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + pem(pair));
        BigInteger secret = ((ECPrivateKey) pair).getS();
        // As openssl writes it: with the curve and the public key.
        var publicKey = new X509CertificateHolder(
                        new PEMParser(new StringReader(client.getCertValue().toString()))
                                .readPemObject()
                                .getContent())
                .getSubjectPublicKeyInfo()
                .getPublicKeyData();
        var withCurve = new org.bouncycastle.asn1.sec.ECPrivateKey(
                256, secret, publicKey, key().getPrivateKeyAlgorithm().getParameters());
        forms.put("older form with its curve", pem(new PemObject("EC PRIVATE KEY", withCurve.getEncoded())));
        forms.put(
                "encrypted",
                pem(new JcaPKCS8Generator(
                        pair,
                        new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                                .setProvider(new BouncyCastleProvider())
                                .setPRF(JcaPKCS8Generator.PRF_HMACSHA256)
                                .setPassword(PASSPHRASE.toCharArray())
                                .build())));
        return forms;
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    @Test
    void aClientCertificateThatCannotBeShownIsNamedWithTheReason() throws Exception {
        environment.put("CLAUDE_CODE_CLIENT_CERT", certificate.toString());
        assertEquals(
                List.of(
                        "CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY have to be set both, and only one of them is"),
                faults());
        StringWriter old = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(old)) {
            writer.writeObject(
                    new JcaPEMKeyConverter().getPrivateKey(key()),
                    new JcePEMEncryptorBuilder("AES-256-CBC")
                            .setProvider(new BouncyCastleProvider())
                            .build(PASSPHRASE.toCharArray()));
        }
        String right = client.getKeyValue().toString();
        Map<String, String> whyByContent = new LinkedHashMap<>();
        whyByContent.put(client.getCertValue().toString(), "no private key is in it");
        whyByContent.put(right.substring(0, 80), "its private key ");
        whyByContent.put("-----BEGIN EC PRIVATE KEY-----\nMA==\n", "its private key is damaged");
        whyByContent.put(
                "-----BEGIN OPENSSH PRIVATE KEY-----\nMA==\n",
                "its private key has the form OPENSSH PRIVATE KEY; convert");
        whyByContent.put(old.toString(), "its private key is encrypted in an old form; convert it with: openssl pkcs8");
        whyByContent.put(
                authority.clientIdentity("another").getKeyValue().toString(),
                "it is not the key of the certificate in CLAUDE_CODE_CLIENT_CERT");
        for (Map.Entry<String, String> entry : whyByContent.entrySet()) {
            Path file = file("client.key", entry.getKey());
            environment.put("CLAUDE_CODE_CLIENT_KEY", file.toString());
            List<String> faults = faults();
            assertEquals(1, faults.size(), faults.toString());
            assertTrue(
                    faults.get(0).startsWith("CLAUDE_CODE_CLIENT_KEY, " + file + ": " + entry.getValue()),
                    faults.toString());
            assertEquals(
                    "1 certificate authorities are trusted",
                    ApiCertificates.read(environment).summary());
        }
    }
}
