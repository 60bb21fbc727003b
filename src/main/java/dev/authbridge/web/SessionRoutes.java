package dev.authbridge.web;

import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.SessionCookies;
import dev.authbridge.core.Refusal;
import dev.authbridge.protocol.BadMessage;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** REST: what makes a browser known, by a key. Confined to the login loop. */
record SessionRoutes(Requests requests, Doorkeeper doorkeeper) {
    static final String SESSION = "/api/session";

    void addTo(Router router) {
        router.post(SESSION).handler(this::openSession);
        router.delete(SESSION).handler(this::closeSession);
    }

    private void openSession(RoutingContext context) {
        Client client = requests.client(context.request());
        try {
            doorkeeper.byKey(JsonBody.of(context).text("key"), client.peer()).whenComplete((key, failure) -> {
                if (failure == null) {
                    answer(context, doorkeeper.cookies().open(key, client.secure()));
                } else {
                    Replies.problem(context, Refusal.problemOf(failure));
                }
            });
        } catch (BadMessage e) {
            Replies.problem(context, e.refusal().problem());
        }
    }

    private void closeSession(RoutingContext context) {
        Client client = requests.client(context.request());
        answer(context, SessionCookies.close(client.secure()));
    }

    private static void answer(RoutingContext context, String cookie) {
        context.response()
                .setStatusCode(204)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Set-Cookie", cookie)
                .end();
    }
}
