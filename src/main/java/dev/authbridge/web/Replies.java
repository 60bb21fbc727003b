package dev.authbridge.web;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.protocol.Answer;
import dev.authbridge.protocol.MessageCodec;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Answers in JSON; errors as problem documents (RFC 9457) with the contract's {@code reason}. */
public final class Replies {
    private static final Logger LOG = System.getLogger(Replies.class.getName());

    /** For problems that are answered without a status of their own; 500 for any other reason. */
    private static final Map<Reason, Integer> STATUS = new EnumMap<>(Map.ofEntries(
            Map.entry(Reason.UNAUTHORIZED, 401),
            Map.entry(Reason.BAD_MESSAGE, 400),
            Map.entry(Reason.DISABLED, 403),
            Map.entry(Reason.BUSY, 503),
            Map.entry(Reason.RATE_LIMITED, 429),
            Map.entry(Reason.SIGNED_OUT, 404),
            Map.entry(Reason.CREDENTIAL_INVALID, 422),
            Map.entry(Reason.OTHER_ORGANIZATION, 409),
            Map.entry(Reason.HELD, 409),
            Map.entry(Reason.CANCELLED, 409),
            Map.entry(Reason.NOT_ALLOWED, 502),
            Map.entry(Reason.NETWORK, 502),
            Map.entry(Reason.TIMED_OUT, 504)));

    /** For {@code rate_limited} by the sign-in service, which does not always say how long. */
    private static final Duration USUAL_WAIT = Duration.ofMinutes(1);

    /** For errors that have no problem of their own, by status. */
    private static final Map<Integer, String> MESSAGES = Map.of(
            400,
            "That request is not one that this server understands.",
            404,
            "There is nothing here. If a proxy serves this server below a path, CLAUDE_AUTH_BASE_PATH may be missing.",
            405,
            "This method is not for this address.",
            413,
            "The body is too long.",
            417,
            "Only \"Expect: 100-continue\" is known here.",
            500,
            "Something went wrong in the server; its log says what.");

    private Replies() {}

    public static void json(RoutingContext context, int status, Record body) {
        send(context, status, "application/json", body);
    }

    public static void problem(RoutingContext context, Problem problem) {
        problem(context, STATUS.getOrDefault(problem.reason(), 500), problem);
    }

    public static void problem(RoutingContext context, int status, Problem problem) {
        if (status == 401) {
            context.response().putHeader("WWW-Authenticate", "Bearer realm=\"claude-auth-bridge\"");
        }
        addWait(context, problem);
        Answer.Failure body = new Answer.Failure(
                "about:blank",
                HttpResponseStatus.valueOf(status).reasonPhrase(),
                status,
                problem.message(),
                problem.reason().wireName());
        send(context, status, "application/problem+json", body);
    }

    /** Tells a program in whole seconds, at least one, when it may try again (RFC 9110, section 10.2.3). */
    static void addWait(RoutingContext context, Problem problem) {
        if (problem.reason() == Reason.RATE_LIMITED) {
            Duration wait = problem.retryAfter().orElse(USUAL_WAIT);
            long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
            context.response().putHeader("Retry-After", Long.toString(seconds));
        }
    }

    /** @param failure of a call or a stage; what is told of it is {@link Refusal#problemOf} */
    public static void failure(RoutingContext context, Throwable failure) {
        problem(context, Refusal.problemOf(failure));
    }

    /**
     * Answers that what is asked for belongs to another owner than the browser's session does.
     *
     * @param owner of the session
     * @param newOwner to whom it belongs
     */
    static void otherOwner(RoutingContext context, Owner owner, Owner newOwner, String message) {
        Answer.OtherOwner body = new Answer.OtherOwner(
                "about:blank",
                HttpResponseStatus.CONFLICT.reasonPhrase(),
                HttpResponseStatus.CONFLICT.code(),
                message,
                message,
                Reason.OTHER_OWNER.wireName(),
                owner.name(),
                newOwner.name());
        send(context, body.status(), "application/problem+json", body);
    }

    /** Leads to another page of this server. @param relative to the address of the request, since a proxy may serve it below a path */
    static void redirect(RoutingContext context, String relative) {
        context.response()
                .setStatusCode(302)
                .putHeader("Location", relative)
                .putHeader("Cache-Control", "no-store")
                .end();
    }

    /** Sets a cookie, and answers nothing else. */
    static void cookie(RoutingContext context, String setCookie) {
        context.response().putHeader("Set-Cookie", setCookie);
        nothing(context);
    }

    /** Answers that it is done. */
    static void nothing(RoutingContext context) {
        context.response()
                .setStatusCode(204)
                .putHeader("Cache-Control", "no-store")
                .end();
    }

    private static void send(RoutingContext context, int status, String type, Record body) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .end(MessageCodec.writeObject(body));
    }

    /**
     * Adds the answers to requests that no route answers, and to those whose route threw an exception, which is only logged.
     *
     * <p>A body that breaks off or is no valid HTTP fails with status 200 in Vert.x's {@code BodyHandler}. Vert.x logs what
     * fails with a status that has no answer here, so anybody could fill the log.
     */
    static void addErrorsTo(Router router) {
        router.errorHandler(200, context -> error(context, 400));
        MESSAGES.keySet().forEach(status -> router.errorHandler(status, context -> error(context, status)));
    }

    private static void error(RoutingContext context, int status) {
        if (status == 500) {
            LOG.log(Level.ERROR, "a request failed", context.failure());
        }
        if (status == 405) {
            context.response().putHeader("Allow", allowed(context.request().path()));
        }
        problem(context, status, new Problem(Reason.BAD_MESSAGE, MESSAGES.get(status)));
    }

    private static String allowed(String path) {
        if (path.equals(RestRoutes.AUTH)) {
            return "GET, POST, DELETE";
        }
        if (path.equals(RestRoutes.SESSION) || path.equals(RestRoutes.AUTH + "/device")) {
            return "POST, DELETE";
        }
        if (path.startsWith(RestRoutes.SESSIONS)) {
            return path.equals(RestRoutes.SESSIONS) ? "GET, DELETE" : "DELETE";
        }
        if (path.startsWith("/d/")) {
            return path.startsWith("/d/api/") ? "GET" : "POST";
        }
        return path.startsWith("/go/") || path.startsWith("/api/") ? "GET, POST" : "GET, HEAD";
    }
}
