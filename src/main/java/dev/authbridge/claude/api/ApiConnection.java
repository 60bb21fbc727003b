package dev.authbridge.claude.api;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The way to one address of the vendor's API, as the CLI would go it: through the proxy of {@code HTTPS_PROXY} and trusting
 * the certificates of {@code NODE_EXTRA_CA_CERTS}, too. May be used from any thread; nothing blocks.
 *
 * <p>Redirects are not followed: what is sent goes to this one host.
 */
final class ApiConnection {
    private final URI address;
    private final Duration limit;
    private final ProxyFromEnvironment proxy;
    private final Optional<String> proxyAuthorization;
    private final HttpClient client;

    /**
     * @param environment the variables that name the proxy and the certificates
     * @param limit for a whole answer
     */
    ApiConnection(URI address, Map<String, String> environment, Duration limit) {
        this.address = address;
        this.limit = limit;
        this.proxy = new ProxyFromEnvironment(environment);
        // Before the client is built; see there.
        this.proxyAuthorization = proxy.authorization();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limit)
                .proxy(proxy);
        ExtraCertificates.from(environment).ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /** A GET of the address, to be completed and handed to {@link #send}. */
    HttpRequest.Builder request() {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(limit);
        proxyAuthorization.ifPresent(value -> request.header("Proxy-Authorization", value));
        return request;
    }

    /** Fails with an {@link IOException}, or a {@link java.util.concurrent.TimeoutException} after the limit. */
    CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        Optional<String> fault = proxy.fault(address);
        if (fault.isPresent()) {
            return CompletableFuture.failedFuture(new IOException(fault.get()));
        }
        CompletableFuture<HttpResponse<String>> sent = client.sendAsync(request.build(), response -> new FirstBytes());
        return sent.copy()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> sent.cancel(true));
    }
}
