package dev.authbridge.web;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/** What is answered to requests that no route answers, and to those whose route broke: never what went on inside. */
final class ErrorAnswers {
    private static final Logger LOG = System.getLogger(ErrorAnswers.class.getName());
    private static final Map<Integer, String> MESSAGES = Map.of(
            400, "That request is not one that this server understands.",
            404, "There is nothing here.",
            405, "This method is not for this address.",
            413, "The body is too long.",
            500, "Something went wrong in the server; its log says what.");

    private ErrorAnswers() {}

    static void addTo(Router router) {
        MESSAGES.keySet().forEach(status -> router.errorHandler(status, context -> answer(context, status)));
    }

    private static void answer(RoutingContext context, int status) {
        if (status == 500) {
            LOG.log(Level.ERROR, "a request broke", context.failure());
        }
        if (status == 405) {
            context.response().putHeader("Allow", allowed(context.request().path()));
        }
        Replies.problem(context, status, new Problem(Reason.BAD_MESSAGE, MESSAGES.get(status)));
    }

    private static String allowed(String path) {
        if (path.equals(RestRoutes.AUTH)) {
            return "GET, POST, DELETE";
        }
        if (path.equals(SessionRoutes.SESSION)) {
            return "POST, DELETE";
        }
        if (path.startsWith("/d/")) {
            return path.startsWith("/d/api/") ? "GET" : "POST";
        }
        return path.startsWith("/go/") || path.startsWith("/api/") ? "GET, POST" : "GET, HEAD";
    }
}
