package dev.authbridge.claude.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Hashes;
import dev.authbridge.core.OneLine;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * Asks the vendor's API with {@code GET /v1/models}, which costs nothing.
 *
 * <p>Only two answers say something about the credential: 200 is valid and 401 is invalid. 403 says nothing, since a {@code
 * setup-token} token is for inference only.
 */
public final class AnthropicApi implements CredentialCheck {
    public static final String DEFAULT_URL = "https://api.anthropic.com";

    /** How long the service may take for an answer. */
    public static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final URI models;
    private final Clock clock;
    private final Duration limit;
    private final ApiConnection connection;

    /**
     * @param baseUrl the value of {@code CLAUDE_AUTH_API_URL}; see {@link #requireBaseUrl}
     * @param environment the variables that name the proxy and the certificates; usually those of the process
     */
    public AnthropicApi(URI baseUrl, Map<String, String> environment, Clock clock) {
        this(baseUrl, environment, clock, ANSWER_WITHIN);
    }

    AnthropicApi(URI baseUrl, Map<String, String> environment, Clock clock, Duration limit) {
        this.limit = limit;
        String base = baseUrl.toString();
        while (base.endsWith("/")) {
            base = base.substring(0, base.length() - 1);
        }
        this.models = URI.create(base + "/v1/models");
        this.clock = clock;
        this.connection = new ApiConnection(models, environment, limit);
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
    public CompletionStage<CredentialCheck.Result> ask(Credential credential) {
        HttpRequest.Builder request = request();
        if (credential.kind() == ClaudeCredential.OAUTH_TOKEN) {
            request.header("Authorization", "Bearer " + credential.reveal());
            request.header("anthropic-beta", "oauth-2025-04-20");
        } else {
            request.header("x-api-key", credential.reveal());
        }
        return connection
                .send(request)
                .handle((response, failure) -> failure == null
                        ? answered(response, credential)
                        : result(Validity.UNKNOWN, why(failure), credential));
    }

    /** Whether the service is asked through the proxy of {@code HTTPS_PROXY}. */
    public boolean isProxied() {
        return connection.isProxied();
    }

    /**
     * Finds out whether the service can be reached, without a credential.
     *
     * @return the service's clock, if it sends it; fails with an {@link IOException} that says what is in the way
     */
    public CompletionStage<Optional<Instant>> reach() {
        CompletableFuture<Optional<Instant>> reached = new CompletableFuture<>();
        connection.send(request()).whenComplete((response, failure) -> {
            if (failure == null) {
                reached.complete(response.headers().firstValue("Date").flatMap(AnthropicApi::instant));
            } else {
                reached.completeExceptionally(new IOException(OneLine.of(why(failure), 600)));
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
        return connection.request().header("anthropic-version", "2023-06-01").header("Accept", "application/json");
    }

    private CredentialCheck.Result answered(HttpResponse<String> response, Credential credential) {
        int status = response.statusCode();
        if (status == OK) {
            return isJson(response)
                    ? result(Validity.VALID, "200", true, organization(response), credential)
                    : result(
                            Validity.UNKNOWN,
                            "200, but not from the API: is there a proxy that answers itself?",
                            credential);
        }
        String error = error(response.body());
        Validity validity = status == UNAUTHORIZED ? Validity.INVALID : Validity.UNKNOWN;
        boolean answered = status == UNAUTHORIZED || status == FORBIDDEN && !error.isEmpty();
        return result(validity, (status + " " + error).strip(), answered, organization(response), credential);
    }

    /**
     * The short fingerprint of the organization that the answer names, 8 hexadecimal digits of a hash: enough to tell an owner's
     * organizations apart, and nothing to look one up by.
     */
    private static Optional<String> organization(HttpResponse<String> response) {
        return response.headers()
                .firstValue("anthropic-organization-id")
                .map(id -> id.strip().toLowerCase(Locale.ROOT))
                .filter(id -> !id.isEmpty())
                .map(id -> Hashes.sha256("claude-auth-bridge organization", id.getBytes(UTF_8)))
                .map(hash -> HexFormat.of().formatHex(hash, 0, 4).replaceAll("(.{4})(?!$)", "$1-"));
    }

    private static boolean isJson(HttpResponse<String> response) {
        return response.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
    }

    /**
     * What the API's error document says: {@code {"error": {"type": …, "message": …}}}; nothing for anything else, which a proxy
     * says.
     */
    private static String error(String body) {
        try {
            JsonNode error = new ObjectMapper().readTree(body).path("error");
            return error.isObject() && !error.path("type").asText().isEmpty()
                    ? error.path("type").asText() + ": " + error.path("message").asText()
                    : "";
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private String why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "No answer from " + models.getHost() + " within " + limit.toSeconds() + " s";
        }
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof IssuerNamingTrust.Untrusted) {
                return "No safe connection to " + models.getHost() + ": " + at.getMessage();
            }
        }
        return "Could not reach " + models.getHost() + ": "
                + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    private CredentialCheck.Result result(Validity validity, String said, Credential credential) {
        return result(validity, said, false, Optional.empty(), credential);
    }

    /** The other side may repeat what was sent; the credential is taken out of its words. */
    private CredentialCheck.Result result(
            Validity validity, String said, boolean answered, Optional<String> organization, Credential credential) {
        return new CredentialCheck.Result(
                validity, said.replace(credential.reveal(), "[redacted]"), clock.instant(), answered, organization);
    }
}
