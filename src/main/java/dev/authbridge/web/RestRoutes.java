package dev.authbridge.web;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Scope;
import dev.authbridge.chat.Diagnosis;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.gateway.Refused;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.Data;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;

/** REST: the status, and what is done with the credential. Confined to the login loop. */
record RestRoutes(Requests requests, Doorkeeper doorkeeper, LoginDesk desk, DeviceLinks deviceLinks) {
    static final String AUTH = "/api/claude/auth";

    private static final int MOST_BODY_BYTES = 16_384;

    /** A failed run prints less than 8 KB in all (measured). */
    private static final int MOST_OUTPUT_BYTES = 65_536;

    void addTo(Router router) {
        router.route("/api/*").handler(new Cors(requests)::check);
        router.post(AUTH + "/diagnose").handler(BodyHandler.create(false).setBodyLimit(MOST_OUTPUT_BYTES));
        router.post("/api/*").handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES));
        new SessionRoutes(requests, doorkeeper).addTo(router);
        router.get(AUTH).handler(context -> answer(context, Optional.empty(), this::status));
        router.delete(AUTH).handler(context -> answer(context, Optional.of(Scope.LOGIN), this::signOut));
        router.post(AUTH).handler(context -> answer(context, Optional.of(Scope.LOGIN), this::keepApiKey));
        router.post(AUTH + "/device").handler(context -> answer(context, Optional.of(Scope.LOGIN), this::device));
        router.post(AUTH + "/validate").handler(context -> answer(context, Optional.empty(), this::validate));
        router.post(AUTH + "/label").handler(context -> answer(context, Optional.of(Scope.LOGIN), this::label));
        router.post(AUTH + "/diagnose").handler(context -> answer(context, Optional.empty(), this::diagnose));
        router.get(AUTH + "/env").handler(context -> answer(context, Optional.of(Scope.READ_CREDENTIAL), this::env));
    }

    private Future<Data> status(RoutingContext context, AccessKey key) {
        return Future.succeededFuture(desk.status(key).messages().get(0).data());
    }

    private Future<Data> signOut(RoutingContext context, AccessKey key) {
        return desk.signOut(key).map(done -> new Data()
                .put("state", "signed_out")
                .put("deleted", done.deleted())
                .put("revokeAt", done.revokeAt()));
    }

    private Future<Data> keepApiKey(RoutingContext context, AccessKey key) throws Refusal, BadMessage {
        Secret apiKey = new Secret(JsonBody.of(context).text("apiKey"));
        return desk.keepApiKey(key, apiKey).compose(kept -> status(context, key));
    }

    private Future<Data> device(RoutingContext context, AccessKey key) throws Refusal, BadMessage {
        return Future.succeededFuture(deviceLinks.make(key, requests.client(context.request())));
    }

    private Future<Data> validate(RoutingContext context, AccessKey key) throws Refusal {
        return desk.validate(key).compose(checked -> status(context, key));
    }

    /** Finds out what is wrong with a sign-in anywhere, by what the CLI printed there. The output is not kept. */
    private Future<Data> diagnose(RoutingContext context, AccessKey key) throws BadMessage {
        Diagnosis diagnosis = Diagnosis.of(JsonBody.of(context).text("output"));
        return Future.succeededFuture(new Data()
                .put("diagnosis", diagnosis.name())
                .put("reason", diagnosis.reason().map(Reason::wireName))
                .put("message", diagnosis.message())
                .put("action", diagnosis.action())
                .put("signInHelps", diagnosis.signInHelps()));
    }

    private Future<Data> label(RoutingContext context, AccessKey key) throws BadMessage {
        return desk.label(key, JsonBody.of(context).string("label")).compose(named -> status(context, key));
    }

    /** The variables of a sandbox. What outranks them or changes their meaning has to be removed from its environment. */
    private Future<Data> env(RoutingContext context, AccessKey key) {
        return desk.sandboxVariables(key, requests.client(context.request()))
                .map(variables -> new Data().put("set", variables.set()).put("unset", variables.unset()));
    }

    /** What is done for somebody who may do it. */
    @FunctionalInterface
    private interface Action {
        Future<Data> of(RoutingContext context, AccessKey key) throws Refusal, BadMessage;
    }

    /** @param scope that the key needs; without one, any key will do */
    private void answer(RoutingContext context, Optional<Scope> scope, Action action) {
        Client client = requests.client(context.request());
        try {
            AccessKey key = doorkeeper
                    .byRequest(context.request(), client)
                    .orElseThrow(() -> Refused.unauthorized("An access key is needed."));
            if (scope.isPresent() && !key.may(scope.get())) {
                String message =
                        "That access key lacks the scope " + scope.get().fileName() + ".";
                Replies.problem(context, 403, new Problem(Reason.UNAUTHORIZED, message));
                return;
            }
            action.of(context, key)
                    .onSuccess(data -> Replies.json(context, 200, data))
                    .onFailure(failure -> Replies.problem(context, Refused.problemOf(failure)));
        } catch (BadMessage e) {
            Replies.problem(context, Refused.badMessage(e).problem());
        } catch (Refusal e) {
            Replies.problem(context, e.problem());
        }
    }
}
