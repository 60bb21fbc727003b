package dev.authbridge.credential;

import dev.authbridge.login.CredentialMethod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the vendor's API with {@code GET /v1/models}, which costs nothing, in the way the CLI would: through the proxy of
 * {@code HTTPS_PROXY} and trusting the certificates of {@code NODE_EXTRA_CA_CERTS}, too.
 *
 * <p>{@link ApiAnswer} says what its answers mean. Redirects are not followed: the credential goes to this one host.
 */
public final class AnthropicApi implements ServiceCheck {
    public static final String DEFAULT_URL = "https://api.anthropic.com";

    /** How long the service may take for an answer. */
    public static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private final URI models;
    private final Clock clock;
    private final Duration limit;
    private final ProxyFromEnvironment proxy;
    private final Optional<String> proxyAuthorization;
    private final HttpClient client;

    /**
     * @param baseUrl the value of {@code CLAUDE_AUTH_API_URL}; see {@link #requireBaseUrl}
     * @param environment the variables that name the proxy and the certificates; those of the process, usually
     */
    public AnthropicApi(URI baseUrl, Map<String, String> environment, Clock clock) {
        this(baseUrl, environment, clock, ANSWER_WITHIN);
    }

    AnthropicApi(URI baseUrl, Map<String, String> environment, Clock clock, Duration limit) {
        this.limit = limit;
        this.models = URI.create(baseUrl.toString().replaceAll("/+$", "") + "/v1/models");
        this.clock = clock;
        this.proxy = new ProxyFromEnvironment(environment);
        this.proxyAuthorization = proxy.authorization();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limit)
                .proxy(proxy);
        ExtraCertificates.from(environment).ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /** @throws IllegalArgumentException for anything but an https address, or http on this machine */
    public static URI requireBaseUrl(String text) {
        URI uri;
        try {
            uri = URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no URL", e);
        }
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        boolean here = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
        boolean safe = "https".equalsIgnoreCase(uri.getScheme()) || here && "http".equalsIgnoreCase(uri.getScheme());
        if (host.isEmpty()
                || !safe
                || uri.getUserInfo() != null
                || uri.getQuery() != null
                || uri.getFragment() != null) {
            throw new IllegalArgumentException("must be an https URL of host, port and path alone");
        }
        return uri;
    }

    @Override
    public CompletionStage<CheckResult> ask(Credential credential) {
        HttpRequest.Builder request = request();
        if (credential.method() == CredentialMethod.OAUTH_TOKEN) {
            request.header("Authorization", "Bearer " + credential.reveal());
            request.header("anthropic-beta", "oauth-2025-04-20");
        } else {
            request.header("x-api-key", credential.reveal());
        }
        return send(request)
                .handle((response, failure) ->
                        failure == null ? answered(response, credential) : unanswered(failure, credential));
    }

    /**
     * Finds out whether the service can be reached, without a credential.
     *
     * @return the service's clock, where it says one; fails with an {@link IOException} that says what is in the way
     */
    public CompletionStage<Optional<Instant>> reach() {
        CompletableFuture<Optional<Instant>> reached = new CompletableFuture<>();
        send(request()).whenComplete((response, failure) -> {
            if (failure == null) {
                reached.complete(response.headers().firstValue("Date").flatMap(AnthropicApi::instant));
            } else {
                reached.completeExceptionally(new IOException(OneLine.of(why(failure), 300)));
            }
        });
        return reached;
    }

    private static Optional<Instant> instant(String httpDate) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private HttpRequest.Builder request() {
        HttpRequest.Builder request = HttpRequest.newBuilder(models)
                .timeout(limit)
                .header("anthropic-version", "2023-06-01")
                .header("Accept", "application/json");
        proxyAuthorization.ifPresent(value -> request.header("Proxy-Authorization", value));
        return request;
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        Optional<String> fault = proxy.fault(models);
        if (fault.isPresent()) {
            return CompletableFuture.failedFuture(new IOException(fault.get()));
        }
        CompletableFuture<HttpResponse<String>> sent = client.sendAsync(request.build(), response -> new FirstBytes());
        return sent.copy()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> sent.cancel(true));
    }

    private CheckResult answered(HttpResponse<String> response, Credential credential) {
        ApiAnswer answer = ApiAnswer.of(response);
        return result(answer.validity(), answer.said(), credential);
    }

    private CheckResult unanswered(Throwable failure, Credential credential) {
        return result(Validity.UNKNOWN, why(failure), credential);
    }

    private String why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "No answer from " + models.getHost() + " within " + limit.toSeconds() + " s";
        }
        return "Could not reach " + models.getHost() + ": "
                + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    /** Whatever the other side says, the credential is not repeated. */
    private CheckResult result(Validity validity, String said, Credential credential) {
        return new CheckResult(validity, said.replace(credential.reveal(), "[redacted]"), clock.instant());
    }
}
