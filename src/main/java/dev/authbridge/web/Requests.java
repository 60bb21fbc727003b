package dev.authbridge.web;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.web.socket.Connections;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Who sent a request, by which key, and whether a page of its origin may send it. Confined to the event loop.
 *
 * @param proxies those whose {@code X-Forwarded-*} are believed
 * @param cookie that of a session
 * @param otherOrigins logs that pages of origins that are not allowed were refused, and why
 */
public record Requests(
        TrustedProxies proxies, Origins origins, PageCookie cookie, Doorkeeper doorkeeper, CountedLog otherOrigins) {
    private static final String BEARER = "Bearer ";
    private static final Logger LOG = System.getLogger(Requests.class.getName());

    public Client client(HttpServerRequest request) {
        return Client.of(request, proxies);
    }

    /**
     * Who shows a key in {@code Authorization: Bearer}, or else has a session and sends the request from one of our own
     * pages; empty where there is neither, or the session is over. What else is in {@code Authorization}, such as a proxy's own
     * login, is ignored, and beside a session so is a wrong key, which may be a proxy's token. Completes on the event loop; fails
     * with a {@link Refusal} for a wrong key without a session.
     */
    CompletionStage<Optional<Bearer>> bearer(HttpServerRequest request) {
        return find(request).thenApply(found -> {
            found.ifPresent(known -> Connections.knows(request.connection()));
            return found;
        });
    }

    private CompletionStage<Optional<Bearer>> find(HttpServerRequest request) {
        List<String> shown = request.headers().getAll("Authorization").stream()
                .filter(line -> line.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(line -> line.substring(BEARER.length()).strip())
                .distinct()
                .toList();
        List<Bearer> known =
                shown.stream().flatMap(text -> doorkeeper.find(text).stream()).toList();
        if (known.size() > 1) {
            return CompletableFuture.failedFuture(Refusal.unauthorized("The request shows more than one access key."));
        }
        if (known.size() == 1) {
            return CompletableFuture.completedFuture(Optional.of(known.get(0)));
        }
        CompletionStage<Optional<Bearer>> ofSession =
                fromOwnPage(request) ? session(request) : CompletableFuture.completedFuture(Optional.empty());
        return ofSession.thenCompose(found -> {
            boolean wrongKey = found.isEmpty() && shown.stream().anyMatch(AccessKey::hasShape);
            return wrongKey ? doorkeeper.reject(client(request).peer()) : CompletableFuture.completedFuture(found);
        });
    }

    /** What somebody is told whom {@link #bearer} does not find, with the reason if it is a header of a proxy. */
    Problem unknown(HttpServerRequest request) {
        boolean foreign = request.headers().contains("Authorization");
        String keyNeeded = foreign
                ? "An access key is needed. There is none in the Authorization header: only \"Authorization: Bearer KEY\" is"
                        + " known here."
                : "An access key is needed.";
        return new Problem(Reason.UNAUTHORIZED, ignored(cookie, request).orElse(keyNeeded));
    }

    /** Why the cookie that comes with the request does not count; empty if none comes, or it does. */
    private Optional<String> ignored(PageCookie its, HttpServerRequest request) {
        Client client = client(request);
        String origin = request.getHeader("Origin");
        if (its.of(request, client).isEmpty() || fromOwnPage(request)) {
            return Optional.empty();
        }
        if (origin != null) {
            return origins.isFurther(origin)
                    ? Optional.empty()
                    : Optional.of(new ForeignOrigin(request, client, proxies).explanation());
        }
        return request.headers().contains("Sec-Fetch-Site")
                ? Optional.empty()
                : Optional.of(
                        "A session counts only if the browser says which page sends the request: each proxy has to pass on"
                                + " the headers Origin and Sec-Fetch-Site. A program has to send its access key.");
    }

    /**
     * The session whose cookie comes with the request; empty if there is none, or if there are several, since then another
     * server on the same host has set one, and may want somebody to act as another owner.
     */
    private CompletionStage<Optional<Bearer>> session(HttpServerRequest request) {
        return sessions(request)
                .thenApply(living -> living.size() == 1 ? Optional.of(living.get(0)) : Optional.empty());
    }

    /**
     * The sessions whose cookies come with the request, unless a page of another origin sent it. It may come from a program, so
     * this allows nothing; it is for ending the sessions, and for asking whoever is about to become another owner.
     */
    CompletionStage<List<Bearer>> sessions(HttpServerRequest request) {
        CompletionStage<List<Bearer>> living = CompletableFuture.completedFuture(List.of());
        if (request.headers().contains("Origin") && !fromOwnPage(request)) {
            return living;
        }
        for (String shown : cookie.of(request, client(request))) {
            living = living.thenCombine(
                    doorkeeper.bySession(shown), (before, next) -> Stream.concat(before.stream(), next.stream())
                            .toList());
        }
        return living;
    }

    /** The owner of the first of these sessions that belongs to another owner than this one. */
    static Optional<Owner> otherThan(Owner owner, List<Bearer> sessions) {
        return sessions.stream()
                .map(Bearer::owner)
                .filter(other -> !other.equals(owner))
                .findFirst();
    }

    /**
     * Whether a page of this server sent the request, so that a cookie that comes with it counts. {@code SameSite} alone does
     * not tell: for browsers, all ports of a host are one site, and share their cookies.
     *
     * <p>Browsers send {@code Origin} with each WebSocket and each request but GET and HEAD, and {@code Sec-Fetch-Site} with
     * all requests to addresses that they trust: HTTPS and loopback, where alone this server is reached. Nothing of ours that
     * needs a cookie is opened from the address bar ({@code Sec-Fetch-Site: none}).
     */
    boolean fromOwnPage(HttpServerRequest request) {
        Client client = client(request);
        List<String> origin = request.headers().getAll("Origin");
        return origin.isEmpty()
                ? request.headers().getAll("Sec-Fetch-Site").equals(List.of("same-origin"))
                : origin.size() == 1 && origins.isOwn(origin.get(0), client.scheme(), client.host());
    }

    /** Whether a browser only prefetches what its user may open next: nobody clicked. */
    static boolean isPrefetch(HttpServerRequest request) {
        return Stream.of("Sec-Purpose", "Purpose", "X-Moz")
                .map(request::getHeader)
                .anyMatch(said -> said != null && (said.contains("prefetch") || said.contains("prerender")));
    }

    /**
     * Accepts a request that no browser sent, and one from a page of an allowed origin.
     *
     * @throws Refusal {@code unauthorized} for a page of another origin
     */
    public void requireAllowedOrigin(HttpServerRequest request) throws Refusal {
        String origin = request.getHeader("Origin");
        Client client = client(request);
        if (origin != null && !origins.allow(origin, client.scheme(), client.host())) {
            LOG.log(
                    Level.DEBUG,
                    "a page of another origin was refused, from {0}",
                    client.peer().address());
            String why = new ForeignOrigin(request, client, proxies).explanation();
            otherOrigins.happened(why);
            throw Refusal.unauthorized(why);
        }
    }

    /**
     * Lets a page ask, by a POST to the address of a WebSocket, why that was refused: browsers do not tell the page, and send
     * {@code Origin} with no GET of an own page. What is not refused here goes on to the route of the WebSocket.
     *
     * @param its the cookie that counts there
     */
    void explainAt(Router router, String path, PageCookie its) {
        router.post(path).handler(this::checkOrigin).handler(context -> ignored(its, context.request())
                .ifPresentOrElse(
                        why -> Replies.problem(context, new Problem(Reason.UNAUTHORIZED, why)), context::next));
    }

    /**
     * Handles the origin of a REST request (CORS). The server's own pages may do everything; those of
     * {@code CLAUDE_AUTH_ORIGINS} too, but they have to send a key, since with them no cookie counts. From pages of other origins
     * only requests that change nothing are accepted, and those pages cannot read the answer.
     */
    void checkOrigin(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        response.putHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        boolean further = origin != null && origins.isFurther(origin);
        if (further) {
            response.putHeader("Access-Control-Allow-Origin", origin);
        }
        if (further && request.method().equals(HttpMethod.OPTIONS)) {
            response.putHeader("Access-Control-Allow-Methods", "GET, POST, DELETE")
                    .putHeader("Access-Control-Allow-Headers", "Authorization, Content-Type")
                    .putHeader("Access-Control-Max-Age", "600");
            // Browsers ask this before a page of a public address reaches one of a private network, or of this machine.
            if ("true".equals(request.getHeader("Access-Control-Request-Private-Network"))) {
                response.putHeader("Access-Control-Allow-Private-Network", "true");
            }
            response.setStatusCode(204).end();
            return;
        }
        boolean changesNothing =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        try {
            if (!changesNothing) {
                requireAllowedOrigin(request);
            }
            context.next();
        } catch (Refusal e) {
            Replies.problem(context, 403, e.problem());
        }
    }
}
