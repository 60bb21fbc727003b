package dev.authbridge.web;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.SessionCookies;
import dev.authbridge.core.Refusal;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * How requests are read here: whom they come from, and who that is: by {@code Authorization: Bearer}, then by cookie.
 *
 * @param behindProxy whether a proxy of ours says where requests come from
 */
public record Requests(boolean behindProxy, Origins origins, Doorkeeper doorkeeper) {
    private static final Logger LOG = System.getLogger(Requests.class.getName());

    public Client client(HttpServerRequest request) {
        return Client.of(request, behindProxy);
    }

    /**
     * The key that the request itself shows; empty where it shows none, or has the cookie of a session that is over.
     * Completes on the loop; fails with a {@link Refusal} for a wrong bearer key.
     */
    CompletionStage<Optional<AccessKey>> key(HttpServerRequest request) {
        Client client = client(request);
        String authorization = request.getHeader("Authorization");
        if (authorization == null) {
            Cookie cookie = request.getCookie(SessionCookies.name(client.secure()));
            return CompletableFuture.completedFuture(
                    cookie == null ? Optional.empty() : doorkeeper.bySession(cookie.getValue()));
        }
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return CompletableFuture.failedFuture(
                    Refusal.unauthorized("Only \"Authorization: Bearer KEY\" is known here."));
        }
        return doorkeeper
                .byKey(authorization.substring(7).strip(), client.peer())
                .thenApply(Optional::of);
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
                    client.peer().address());
            throw Refusal.unauthorized("Pages of this origin may not use this server.");
        }
    }
}
