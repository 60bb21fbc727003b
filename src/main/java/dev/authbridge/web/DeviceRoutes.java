package dev.authbridge.web;

import dev.authbridge.access.PairedDevice;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.SessionCookies;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.DeviceGrant;
import dev.authbridge.gateway.Grant;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.web.socket.AuthSockets;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/**
 * What another device reaches, below {@code /d/}. Its page, {@code /d#TOKEN}, trades the token of the QR code for a cookie
 * that lets it into one login; the cookie is looked at here and nowhere else, so it opens nothing else. The token stands in
 * the fragment: whoever only looks at the link, as messengers and browsers that guess do, does not use it up.
 *
 * <p>Confined to the login loop.
 */
record DeviceRoutes(Requests requests, Pairings pairings, LoginDesk desk, AuthSockets sockets) {
    private static final Problem USED = new Problem(
            Reason.TIMED_OUT,
            "This code was used already, or its sign-in is over. Make a new one on the first device.");

    /** The login, and with it the session, ends sooner. */
    private static final Duration COOKIE_LIFETIME = Duration.ofDays(1);

    void addTo(Router router) {
        router.post("/d/:token").handler(this::join);
        router.get("/d" + RestRoutes.AUTH).handler(this::status);
        router.route("/d" + RestRoutes.AUTH + "/socket")
                .handler(context ->
                        sockets.upgrade(context, (request, client) -> Optional.of(require(request, client))));
    }

    private void join(RoutingContext context) {
        Client client = requests.client(context.request());
        try {
            requests.requireAllowedOrigin(context.request());
        } catch (Refusal e) {
            Replies.problem(context, 403, e.problem());
            return;
        }
        Optional<PairedDevice> joined = pairings.join(context.pathParam("token"), client.initiator());
        if (joined.isEmpty()) {
            Replies.problem(context, 410, USED);
            return;
        }
        context.response()
                .setStatusCode(204)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Set-Cookie", cookie(joined.get(), client.secure()))
                .end();
        sockets.recheck();
        sockets.refresh(joined.get().key().owner());
    }

    private void status(RoutingContext context) {
        try {
            Grant grant = require(context.request(), requests.client(context.request()));
            Replies.json(context, 200, grant.status().messages().get(0).data());
        } catch (Refusal e) {
            Replies.problem(context, e.problem());
        }
    }

    /** @throws Refusal {@code unauthorized} for whoever was not let in, or is no more */
    private Grant require(HttpServerRequest request, Client client) throws Refusal {
        Cookie cookie = request.getCookie(cookieName(client.secure()));
        return Optional.ofNullable(cookie)
                .flatMap(present -> pairings.find(present.getValue()))
                .map(device -> new DeviceGrant(device, pairings, desk))
                .orElseThrow(() -> new Refusal(DeviceGrant.OVER));
    }

    /** The prefix makes browsers refuse such a cookie from plain HTTP, another host or a narrower path. */
    static String cookieName(boolean secure) {
        return secure ? "__Host-claude-device" : "claude-device";
    }

    private static String cookie(PairedDevice device, boolean secure) {
        return SessionCookies.header(cookieName(secure), device.secret().reveal(), COOKIE_LIFETIME, secure);
    }
}
