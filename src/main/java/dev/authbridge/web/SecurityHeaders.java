package dev.authbridge.web;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Adds to every answer the headers by which browsers restrict a page, and refuses unknown methods. */
final class SecurityHeaders {
    private static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.DELETE, HttpMethod.OPTIONS);

    private final String policy;

    SecurityHeaders(Origins origins) {
        StringBuilder ancestors = new StringBuilder("'self'");
        origins.sorted().forEach(origin -> ancestors.append(' ').append(origin));
        // The pages never turn a string into markup or a script, so they need no policy of Trusted Types either.
        this.policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
                + " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
                + " require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
                + ancestors;
    }

    void add(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", policy)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        if (METHODS.contains(context.request().method())) {
            context.next();
        } else {
            context.fail(405);
        }
    }
}
