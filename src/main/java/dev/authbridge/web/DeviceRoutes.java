package dev.authbridge.web;

import dev.authbridge.access.Pairings;
import dev.authbridge.access.SessionCookies;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.Conversations;
import dev.authbridge.gateway.Devices;
import dev.authbridge.gateway.Grant;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.web.socket.AuthSockets;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What another device reaches, below {@code /d/}. Its page, {@code /d#TOKEN}, trades the token of the QR code for a cookie
 * that lets it into one login; the cookie is looked at here and nowhere else, so it opens nothing else. The token stands in
 * the fragment: whoever only looks at the link, as messengers and browsers that guess do, does not use it up.
 *
 * <p>Confined to the login loop.
 */
record DeviceRoutes(
        Requests requests, Devices devices, LoginDesk desk, Conversations conversations, AuthSockets sockets) {
    private static final Problem USED = new Problem(
            Reason.TIMED_OUT,
            "This code was used already, or its sign-in is over. Make a new one on the first device.");

    /** The login, and with it the session, ends sooner. */
    private static final Duration COOKIE_LIFETIME = Duration.ofDays(1);

    void addTo(Router router) {
        router.post("/d/:token").handler(this::join);
        router.get("/d" + RestRoutes.AUTH).handler(this::status);
        router.route("/d" + RestRoutes.AUTH + "/socket")
                .handler(context -> sockets.upgrade(
                        context, (request, client) -> require(request, client).thenApply(Optional::of)));
    }

    private void join(RoutingContext context) {
        Client client = requests.client(context.request());
        try {
            requests.requireAllowedOrigin(context.request());
        } catch (Refusal e) {
            Replies.problem(context, 403, e.problem());
            return;
        }
        devices.join(context.pathParam("token"), client.peer()).whenComplete((joined, failure) -> {
            if (failure != null) {
                Replies.problem(context, Refusal.problemOf(failure));
            } else if (joined.isEmpty()) {
                Replies.problem(context, 410, USED);
            } else {
                letIn(context, joined.get(), client);
            }
        });
    }

    private void letIn(RoutingContext context, Pairings.Device device, Client client) {
        context.response()
                .setStatusCode(204)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Set-Cookie", cookie(device, client.secure()))
                .end();
        conversations.recheck();
        conversations.refresh(device.owner());
    }

    private void status(RoutingContext context) {
        require(context.request(), requests.client(context.request()))
                .thenCompose(desk::status)
                .whenComplete((status, failure) -> {
                    if (failure == null) {
                        Replies.json(context, 200, status.status());
                    } else {
                        Replies.problem(context, Refusal.problemOf(failure));
                    }
                });
    }

    /** Fails with {@code unauthorized} for whoever was not let in, or may no longer ask. */
    private CompletionStage<Grant> require(HttpServerRequest request, Client client) {
        Cookie cookie = request.getCookie(cookieName(client.secure()));
        if (cookie == null) {
            return CompletableFuture.failedFuture(new Refusal(Grant.OfDevice.OVER));
        }
        return devices.find(cookie.getValue())
                .thenCompose(device -> device.isPresent()
                        ? CompletableFuture.completedFuture(new Grant.OfDevice(device.get(), devices, desk))
                        : CompletableFuture.failedFuture(new Refusal(Grant.OfDevice.OVER)));
    }

    /** The prefix makes browsers refuse such a cookie from plain HTTP, another host or a narrower path. */
    static String cookieName(boolean secure) {
        return secure ? "__Host-claude-device" : "claude-device";
    }

    private static String cookie(Pairings.Device device, boolean secure) {
        return SessionCookies.header(cookieName(secure), device.secret().reveal(), COOKIE_LIFETIME, secure);
    }
}
