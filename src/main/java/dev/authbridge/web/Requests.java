package dev.authbridge.web;

import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.Refused;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.stream.Stream;

/**
 * How requests are read here.
 *
 * @param behindProxy whether a proxy of ours says where requests come from
 */
public record Requests(boolean behindProxy, Origins origins) {
    private static final Logger LOG = System.getLogger(Requests.class.getName());

    public Client client(HttpServerRequest request) {
        return Client.of(request, behindProxy);
    }

    /** Whether a browser only guesses where its user may go next: nobody clicked. */
    static boolean isGuess(HttpServerRequest request) {
        return Stream.of("Sec-Purpose", "Purpose", "X-Moz")
                .map(request::getHeader)
                .anyMatch(said -> said != null && (said.contains("prefetch") || said.contains("prerender")));
    }

    /**
     * Lets pass what no browser sent, and what a page of an allowed origin sent.
     *
     * @throws Refusal {@code unauthorized} for pages of other origins
     */
    public void requireAllowedOrigin(HttpServerRequest request) throws Refusal {
        String origin = request.getHeader("Origin");
        Client client = client(request);
        if (origin != null && !origins.allow(origin, client.scheme(), client.host())) {
            LOG.log(
                    Level.WARNING,
                    "a page of another origin was refused, from {0}. If it is yours, add its origin to"
                            + " CLAUDE_AUTH_ORIGINS; behind a proxy, pass Host and X-Forwarded-Proto on.",
                    client.address());
            throw Refused.unauthorized("Pages of this origin may not use this server.");
        }
    }
}
