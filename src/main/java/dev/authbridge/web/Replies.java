package dev.authbridge.web;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.protocol.Data;
import dev.authbridge.protocol.StrictJson;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;
import java.util.Map;

/** Answers in JSON; failures as problem documents (RFC 9457) with the contract's {@code reason}. */
public final class Replies {
    private static final Map<Reason, Integer> STATUS = new EnumMap<>(Map.of(
            Reason.UNAUTHORIZED, 401,
            Reason.BAD_MESSAGE, 400,
            Reason.DISABLED, 403,
            Reason.BUSY, 503,
            Reason.RATE_LIMITED, 429,
            Reason.SIGNED_OUT, 404,
            Reason.CREDENTIAL_INVALID, 422,
            Reason.NETWORK, 502,
            Reason.TIMED_OUT, 504));

    private Replies() {}

    public static void json(RoutingContext context, int status, Data data) {
        send(context, status, "application/json", data);
    }

    public static void problem(RoutingContext context, Problem problem) {
        problem(context, STATUS.getOrDefault(problem.reason(), 500), problem);
    }

    public static void problem(RoutingContext context, int status, Problem problem) {
        if (status == 401) {
            context.response().putHeader("WWW-Authenticate", "Bearer realm=\"claude-auth-bridge\"");
        }
        Data data = new Data()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                .put("status", status)
                .put("detail", problem.message())
                .put("reason", problem.reason().wireName());
        send(context, status, "application/problem+json", data);
    }

    private static void send(RoutingContext context, int status, String type, Data data) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .end(StrictJson.write(data));
    }
}
