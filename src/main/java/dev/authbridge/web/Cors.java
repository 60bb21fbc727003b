package dev.authbridge.web;

import dev.authbridge.core.Refusal;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * Which pages may use the REST interface: the server's own, and those of {@code CLAUDE_AUTH_ORIGINS}, which show a key and
 * get no cookies. From all others only what changes nothing is let through, and they cannot read its answer.
 */
record Cors(Requests requests) {
    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        response.putHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        boolean further = origin != null && requests.origins().isFurther(origin);
        if (further) {
            response.putHeader("Access-Control-Allow-Origin", origin);
        }
        if (further && request.method().equals(HttpMethod.OPTIONS)) {
            response.putHeader("Access-Control-Allow-Methods", "GET, POST, DELETE")
                    .putHeader("Access-Control-Allow-Headers", "Authorization, Content-Type")
                    .putHeader("Access-Control-Max-Age", "600")
                    .setStatusCode(204)
                    .end();
            return;
        }
        boolean changesNothing =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        try {
            if (!changesNothing) {
                requests.requireAllowedOrigin(request);
            }
            context.next();
        } catch (Refusal e) {
            Replies.problem(context, 403, e.problem());
        }
    }
}
