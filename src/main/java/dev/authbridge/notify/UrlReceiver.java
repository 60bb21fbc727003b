package dev.authbridge.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.claude.api.ApiConnection;
import dev.authbridge.core.OneLine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A URL to which the event is posted, and which has taken it if it answers with a status of 200 to 299. Redirects are not
 * followed, since they could lead to another machine. An account in the URL is sent as Basic authentication.
 */
final class UrlReceiver extends Receiver {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final int LONGEST_REASON = 200;

    private final String host;
    private final Optional<String> account;
    private final ApiConnection connection;

    UrlReceiver(URI url, Map<String, String> environment) {
        this.host = url.getHost();
        this.account = Optional.ofNullable(url.getUserInfo());
        this.connection = new ApiConnection(withoutAccount(url), environment, ANSWER_WITHIN);
    }

    private static URI withoutAccount(URI url) {
        String path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
        return URI.create(
                url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()) + path);
    }

    @Override
    public String shown() {
        return host;
    }

    @Override
    void tell(String json) throws IOException, InterruptedException {
        HttpRequest.Builder request = connection
                .request()
                .header("Content-Type", "application/json")
                .header("User-Agent", "claude-auth-bridge")
                .POST(BodyPublishers.ofString(json));
        account.ifPresent(given ->
                request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(given.getBytes(UTF_8))));
        int status;
        try {
            HttpResponse<String> answer = connection.send(request).get();
            status = answer.statusCode();
        } catch (ExecutionException e) {
            throw new IOException(why(e.getCause()), e.getCause());
        }
        if (status >= 300 && status < 400) {
            throw new IOException(host + " answered with a redirect (" + status + "), which is not followed");
        }
        if (status < 200 || status >= 300) {
            throw new IOException(host + " answered with status " + status);
        }
    }

    private String why(Throwable failure) {
        if (failure instanceof TimeoutException || failure instanceof HttpTimeoutException) {
            return "no answer from " + host + " within " + ANSWER_WITHIN.toSeconds() + " s";
        }
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return OneLine.of(host + " could not be reached: " + message, LONGEST_REASON);
    }
}
