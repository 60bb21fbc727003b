package dev.authbridge.claude.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The connection to one address of the vendor's API, set up as the CLI does it: through the proxy of {@code HTTPS_PROXY},
 * and trusting the certificates of {@code NODE_EXTRA_CA_CERTS} as well. May be used from any thread; nothing blocks.
 *
 * <p>Redirects are not followed: what is sent goes to this one host.
 */
public final class ApiConnection {
    private static final System.Logger LOG = System.getLogger(ApiConnection.class.getName());

    private final URI address;
    private final Duration limit;
    private final ProxyFromEnvironment proxy;
    private final Optional<String> proxyAuthorization;
    private final HttpClient client;

    /**
     * @param environment the variables that name the proxy and the certificates
     * @param limit the time that a whole answer may take
     */
    public ApiConnection(URI address, Map<String, String> environment, Duration limit) {
        this.address = address;
        this.limit = limit;
        this.proxy = new ProxyFromEnvironment(environment);
        // Before the client is built, as authorization() requires.
        this.proxyAuthorization = proxy.authorization();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limit)
                .proxy(proxy);
        certificates(environment).ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /**
     * Trusts the system's certificates and those in the PEM file that {@code NODE_EXTRA_CA_CERTS} names. Empty if no file is
     * named; one that cannot be read is logged and ignored, as Node.js does.
     */
    private static Optional<SSLContext> certificates(Map<String, String> environment) {
        String file = environment.getOrDefault("NODE_EXTRA_CA_CERTS", "");
        if (file.isBlank()) {
            return Optional.empty();
        }
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            return Optional.of(trusting(pem));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "NODE_EXTRA_CA_CERTS is ignored, since {0} cannot be read: {1}", file, e.toString());
            return Optional.empty();
        }
    }

    private static SSLContext trusting(InputStream pem) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager system) {
                for (X509Certificate certificate : system.getAcceptedIssuers()) {
                    trusted.setCertificateEntry("system-" + trusted.size(), certificate);
                }
            }
        }
        for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
            trusted.setCertificateEntry("extra-" + trusted.size(), certificate);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(trusted), null);
        return context;
    }

    /** @param trusted null for the system's own certificates */
    private static TrustManager[] managers(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    /** A GET of the address, to be completed and handed to {@link #send}. */
    public HttpRequest.Builder request() {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(limit);
        proxyAuthorization.ifPresent(value -> request.header("Proxy-Authorization", value));
        return request;
    }

    /** Fails with an {@link IOException}, or a {@link java.util.concurrent.TimeoutException} after the limit. */
    public CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        Optional<String> fault = proxy.fault(address);
        if (fault.isPresent()) {
            return CompletableFuture.failedFuture(new IOException(fault.get()));
        }
        CompletableFuture<HttpResponse<String>> sent = client.sendAsync(request.build(), response -> new FirstBytes());
        return sent.copy()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> sent.cancel(true));
    }

    /** The beginning of a response's body, 16 KiB at most; the rest is neither kept nor waited for. */
    private static final class FirstBytes implements BodySubscriber<String> {
        private static final int LIMIT = 16 * 1024;

        private final CompletableFuture<String> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Subscription source) {
            subscription = source;
            source.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] part = new byte[Math.min(buffer.remaining(), LIMIT - bytes.size())];
                buffer.get(part);
                bytes.writeBytes(part);
            }
            if (bytes.size() < LIMIT) {
                subscription.request(1);
            } else {
                subscription.cancel();
                onComplete();
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toString(UTF_8));
        }
    }
}
