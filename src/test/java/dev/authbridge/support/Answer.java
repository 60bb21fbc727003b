package dev.authbridge.support;

import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a stand-in service answers to a request, instead of its usual answer. */
public sealed interface Answer {
    /** The answer that the real service would give. */
    static Answer usual() {
        return new Usual();
    }

    /** An error with this HTTP status. */
    static Answer status(int status) {
        return status(status, Map.of());
    }

    /** An error with this HTTP status and these headers. */
    static Answer status(int status, Map<String, String> headers) {
        return new Status(status, headers);
    }

    /** This JSON, which need not be the service's own. */
    static Answer json(int status, String body) {
        return new Json(status, body);
    }

    /** The connection ends without an answer. */
    static Answer drop() {
        return new Drop();
    }

    /** The request is read and never answered. */
    static Answer silence() {
        return new Silence();
    }

    /** The usual answer, but only once the test releases it. */
    static Held held() {
        return new Held(new CompletableFuture<>());
    }

    /** Sends the answer. */
    void play(RoutingContext context, Service service);

    /** What depends on the stand-in: how it usually answers, and how it words an error. */
    interface Service {
        void answerUsually(RoutingContext context);

        String errorBody(int status);
    }

    record Usual() implements Answer {
        @Override
        public void play(RoutingContext context, Service service) {
            service.answerUsually(context);
        }
    }

    record Status(int status, Map<String, String> headers) implements Answer {
        @Override
        public void play(RoutingContext context, Service service) {
            headers.forEach(context.response()::putHeader);
            context.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(service.errorBody(status));
        }
    }

    record Json(int status, String body) implements Answer {
        @Override
        public void play(RoutingContext context, Service service) {
            context.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(body);
        }
    }

    record Drop() implements Answer {
        @Override
        public void play(RoutingContext context, Service service) {
            context.request().connection().close();
        }
    }

    record Silence() implements Answer {
        @Override
        public void play(RoutingContext context, Service service) {}
    }

    /** @param released completes when the answer may be sent */
    record Held(CompletableFuture<Void> released) implements Answer {
        /** Lets the answer be sent, also to a request that comes later. */
        public void release() {
            released.complete(null);
        }

        @Override
        public void play(RoutingContext context, Service service) {
            Context loop = context.vertx().getOrCreateContext();
            released.thenRun(() -> loop.runOnContext(now -> service.answerUsually(context)));
        }
    }
}
