package dev.authbridge.web;

import dev.authbridge.access.Pairings;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.Conversations;
import dev.authbridge.gateway.Devices;
import dev.authbridge.gateway.Grant;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.web.socket.AuthSockets;
import dev.authbridge.web.socket.Connections;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The routes for another device, below {@code /d/}. Its page, {@code /d#TOKEN}, trades the token from the QR code for a
 * cookie that gives access to one login. Only the routes here read that cookie, so it is worth nothing anywhere else. The
 * token is in the URL's fragment, so that messengers and browsers that fetch a link in advance do not use it up.
 *
 * <p>Confined to the event loop.
 */
record DeviceRoutes(
        Requests requests,
        PageCookie cookie,
        Devices devices,
        LoginDesk desk,
        Conversations conversations,
        AuthSockets sockets) {
    private static final Problem USED = new Problem(
            Reason.TIMED_OUT,
            "This code was used already, or its sign-in is over. Make a new one on the first device.");

    private static final int MOST_BODY_BYTES = 1_024;

    /** Longer than any login: the session ends with its login. */
    private static final Duration COOKIE_LIFETIME = Duration.ofDays(1);

    void addTo(Router router) {
        router.post("/d/:token").handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES));
        router.post("/d/:token").handler(this::join);
        router.get("/d" + RestRoutes.AUTH).handler(this::status);
        requests.explainAt(router, "/d" + RestRoutes.AUTH + "/socket", cookie);
        router.route("/d" + RestRoutes.AUTH + "/socket")
                .handler(context -> sockets.upgrade(
                        context, (request, client) -> require(request, client).thenApply(Optional::of)));
    }

    private void join(RoutingContext context) {
        boolean confirmed;
        try {
            requests.requireAllowedOrigin(context.request());
        } catch (Refusal e) {
            Replies.problem(context, 403, e.problem());
            return;
        }
        try {
            confirmed = context.body().length() > 0 && RestRoutes.body(context).flag("confirm");
        } catch (BadMessage e) {
            Replies.problem(context, e.refusal().problem());
            return;
        }
        String token = context.pathParam("token");
        devices.invitedBy(token)
                .thenCombine(requests.sessions(context.request()), (owner, sessions) -> {
                    Optional<Owner> browsers = owner.flatMap(its -> Requests.otherThan(its, sessions));
                    if (!confirmed && browsers.isPresent()) {
                        Replies.otherOwner(
                                context, browsers.get(), owner.get(), belongsTo(owner.get(), browsers.get()));
                    } else {
                        join(context, token);
                    }
                    return null;
                })
                .exceptionally(failure -> {
                    Replies.failure(context, failure);
                    return null;
                });
    }

    private static String belongsTo(Owner owner, Owner browsers) {
        return "This would sign in " + owner + ", but this browser belongs to " + browsers + ".";
    }

    private void join(RoutingContext context, String token) {
        Client client = requests.client(context.request());
        desk.joinDevice(token, client.peer()).whenComplete((joined, failure) -> {
            if (failure != null) {
                Replies.failure(context, failure);
            } else if (joined.isEmpty()) {
                Replies.problem(context, 410, USED);
            } else {
                letIn(context, joined.get(), client);
            }
        });
    }

    private void letIn(RoutingContext context, Pairings.Device device, Client client) {
        Replies.cookie(context, cookie.set(device.secret(), COOKIE_LIFETIME, client));
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
                        Replies.failure(context, failure);
                    }
                });
    }

    /** Fails with {@code unauthorized} for a device that was not let in, or whose access has ended. */
    private CompletionStage<Grant> require(HttpServerRequest request, Client client) {
        Set<String> cookies = cookie.of(request, client);
        if (cookies.size() != 1 || !requests.fromOwnPage(request)) {
            return CompletableFuture.failedFuture(new Refusal(Grant.OfDevice.OVER));
        }
        return devices.find(cookies.iterator().next()).thenCompose(device -> {
            if (device.isEmpty()) {
                return CompletableFuture.failedFuture(new Refusal(Grant.OfDevice.OVER));
            }
            Connections.knows(request.connection());
            return CompletableFuture.completedFuture(new Grant.OfDevice(device.get(), devices, desk));
        });
    }
}
