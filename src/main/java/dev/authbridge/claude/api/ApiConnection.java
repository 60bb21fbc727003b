package dev.authbridge.claude.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;

/**
 * The connection to one address, such as the vendor's API, set up as the CLI does it: through the proxy of {@code HTTPS_PROXY},
 * and with the certificates of {@link ApiCertificates}, which are read again once their files have changed. May be used from
 * any thread; nothing blocks.
 *
 * <p>Redirects are not followed: what is sent goes to this one host.
 */
public final class ApiConnection {
    private static final System.Logger LOG = System.getLogger(ApiConnection.class.getName());

    private final URI address;
    private final Map<String, String> environment;
    private final Duration limit;
    private final ProxyFromEnvironment proxy;
    private final Optional<String> proxyAuthorization;
    private ApiCertificates certificates;
    private Optional<HttpClient> client = Optional.empty();

    /**
     * @param environment the variables that name the proxy and the certificates
     * @param limit the time that a whole answer may take
     */
    public ApiConnection(URI address, Map<String, String> environment, Duration limit) {
        this.address = address;
        this.environment = Map.copyOf(environment);
        this.limit = limit;
        this.proxy = new ProxyFromEnvironment(environment);
        // Before the client is built, as authorization() requires.
        this.proxyAuthorization = proxy.authorization();
    }

    /** A new one once the files of certificates have changed. Blocks. */
    private synchronized HttpClient client() {
        if (client.isEmpty() || !certificates.isCurrent()) {
            certificates = ApiCertificates.read(environment);
            certificates.faults().forEach(fault -> LOG.log(Level.WARNING, "certificates: {0}", fault));
            client = Optional.of(HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(limit)
                    .proxy(proxy)
                    .sslContext(certificates.context())
                    .build());
        }
        return client.get();
    }

    /** A GET of the address, to be completed and handed to {@link #send}. */
    public HttpRequest.Builder request() {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(limit);
        proxyAuthorization.ifPresent(value -> request.header("Proxy-Authorization", value));
        return request;
    }

    /** Whether {@code HTTPS_PROXY} stands between: not for addresses of {@code NO_PROXY}, nor for http. */
    boolean isProxied() {
        return proxy.leadsTo(address);
    }

    /** Fails with an {@link IOException}, or a {@link java.util.concurrent.TimeoutException} after the limit. */
    public CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        Optional<String> fault = proxy.fault(address);
        if (fault.isPresent()) {
            return CompletableFuture.failedFuture(new IOException(fault.get()));
        }
        CompletableFuture<HttpResponse<String>> answer = new CompletableFuture<>();
        CompletableFuture.supplyAsync(this::client).whenComplete((ready, failure) -> {
            if (failure == null) {
                CompletableFuture<HttpResponse<String>> sent =
                        ready.sendAsync(request.build(), response -> new FirstBytes());
                answer.whenComplete((response, why) -> sent.cancel(true));
                sent.whenComplete((response, why) -> {
                    if (why == null) {
                        answer.complete(response);
                    } else {
                        answer.completeExceptionally(why);
                    }
                });
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
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
