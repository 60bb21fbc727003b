package dev.authbridge.web;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.SessionCookies;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.gateway.Grant;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.protocol.Answer;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.Fields;
import dev.authbridge.protocol.MessageCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The REST interface: browser sessions, the status, and what is done with the credential. Confined to the event loop. */
record RestRoutes(
        Requests requests, Doorkeeper doorkeeper, LoginDesk desk, DeviceLinks deviceLinks, Diagnoses diagnoses) {
    static final String AUTH = "/api/claude/auth";
    static final String SESSION = "/api/session";

    private static final int MOST_BODY_BYTES = 16_384;

    /** A failed run prints less than 8 KB in all (measured). */
    private static final int MOST_OUTPUT_BYTES = 65_536;

    void addTo(Router router) {
        router.route("/api/*").handler(requests::checkOrigin);
        router.post(AUTH + "/diagnose").handler(BodyHandler.create(false).setBodyLimit(MOST_OUTPUT_BYTES));
        router.post("/api/*").handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES));
        router.post(SESSION).handler(this::openSession);
        router.delete(SESSION).handler(this::closeSession);
        router.get(AUTH).handler(context -> answer(context, Optional.empty(), this::status));
        router.delete(AUTH).handler(context -> answer(context, Optional.of(Scope.LOGIN), this::signOut));
        router.post(AUTH).handler(context -> answer(context, Optional.of(Scope.LOGIN), this::keepApiKey));
        router.post(AUTH + "/device").handler(context -> answer(context, Optional.of(Scope.LOGIN), this::device));
        router.delete(AUTH + "/device")
                .handler(context -> answer(context, Optional.of(Scope.LOGIN), this::throwOutDevice));
        router.post(AUTH + "/validate").handler(context -> answer(context, Optional.empty(), this::validate));
        router.post(AUTH + "/label").handler(context -> answer(context, Optional.of(Scope.LOGIN), this::label));
        router.post(AUTH + "/diagnose").handler(context -> answer(context, Optional.empty(), this::diagnose));
        router.get(AUTH + "/env").handler(context -> answer(context, Optional.of(Scope.READ_CREDENTIAL), this::env));
    }

    private CompletionStage<Record> status(RoutingContext context, AccessKey key) {
        return desk.status(new Grant.OfKey(key, doorkeeper, desk)).thenApply(told -> told.status());
    }

    private CompletionStage<Record> signOut(RoutingContext context, AccessKey key) {
        return desk.signOut(key).thenApply(done -> new Answer.SignedOut("signed_out", done.deleted(), done.revokeAt()));
    }

    private CompletionStage<Record> keepApiKey(RoutingContext context, AccessKey key) throws BadMessage {
        Secret apiKey = new Secret(body(context).text("apiKey"));
        return desk.keepApiKey(key, apiKey).thenCompose(kept -> status(context, key));
    }

    private CompletionStage<Record> device(RoutingContext context, AccessKey key) {
        return deviceLinks.make(key, requests.client(context.request()));
    }

    private CompletionStage<Record> throwOutDevice(RoutingContext context, AccessKey key) {
        return deviceLinks.throwOut(key).thenCompose(thrownOut -> status(context, key));
    }

    private CompletionStage<Record> validate(RoutingContext context, AccessKey key) {
        return desk.validate(key).thenCompose(checked -> status(context, key));
    }

    private CompletionStage<Record> diagnose(RoutingContext context, AccessKey key) throws BadMessage {
        return diagnoses.of(bytes(context));
    }

    private CompletionStage<Record> label(RoutingContext context, AccessKey key) throws BadMessage {
        return desk.label(key, body(context).string("label")).thenCompose(named -> status(context, key));
    }

    /** The variables for a sandbox: those to set, and those to unset because they would override or change them. */
    private CompletionStage<Record> env(RoutingContext context, AccessKey key) {
        return desk.sandboxVariables(key, requests.client(context.request()).peer())
                .thenApply(variables -> {
                    Map<String, Secret> set = new LinkedHashMap<>();
                    variables.set().forEach((name, value) -> set.put(name, new Secret(value)));
                    return new Answer.Environment(set, variables.unset());
                });
    }

    /** What a route does once the key is known to be allowed to do it. */
    @FunctionalInterface
    private interface Action {
        CompletionStage<Record> of(RoutingContext context, AccessKey key) throws BadMessage;
    }

    /** @param scope the scope that the key needs; if empty, any valid key will do */
    private void answer(RoutingContext context, Optional<Scope> scope, Action action) {
        requests.key(context.request()).whenComplete((key, failure) -> {
            if (failure != null) {
                Replies.failure(context, failure);
            } else if (key.isEmpty()) {
                Replies.problem(context, new Problem(Reason.UNAUTHORIZED, "An access key is needed."));
            } else if (scope.isPresent() && !key.get().may(scope.get())) {
                String message =
                        "That access key lacks the scope " + scope.get().fileName() + ".";
                Replies.problem(context, 403, new Problem(Reason.UNAUTHORIZED, message));
            } else {
                answer(context, key.get(), action);
            }
        });
    }

    private void answer(RoutingContext context, AccessKey key, Action action) {
        try {
            action.of(context, key).whenComplete((data, failure) -> {
                if (failure != null) {
                    Replies.failure(context, failure);
                } else if (doorkeeper.holds(key)) {
                    Replies.json(context, 200, data);
                } else {
                    // The key was taken away during the wait.
                    Replies.problem(context, new Problem(Reason.UNAUTHORIZED, Doorkeeper.NO_LONGER_VALID));
                }
            });
        } catch (BadMessage e) {
            Replies.problem(context, e.refusal().problem());
        }
    }

    /** Trades an access key for the cookie of a session. */
    private void openSession(RoutingContext context) {
        Client client = requests.client(context.request());
        try {
            doorkeeper.byKey(body(context).text("key"), client.peer()).whenComplete((key, failure) -> {
                if (failure == null) {
                    Replies.cookie(context, doorkeeper.cookies().open(key, client.secure()));
                } else {
                    Replies.failure(context, failure);
                }
            });
        } catch (BadMessage e) {
            Replies.problem(context, e.refusal().problem());
        }
    }

    private void closeSession(RoutingContext context) {
        Client client = requests.client(context.request());
        Replies.cookie(context, SessionCookies.close(client.secure()));
    }

    /** The body of a request, which has to be a JSON object and to be declared as one. */
    static Fields body(RoutingContext context) throws BadMessage {
        return MessageCodec.readObject(bytes(context));
    }

    /** The body of a request, which has to be declared as JSON. */
    private static byte[] bytes(RoutingContext context) throws BadMessage {
        String type =
                Optional.ofNullable(context.request().getHeader("Content-Type")).orElse("");
        // A form on another site can post text/plain, but a browser does not send JSON for it without a preflight.
        if (!type.split(";", -1)[0].strip().equalsIgnoreCase("application/json")) {
            throw new BadMessage("The body has to be application/json.");
        }
        Buffer body = context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }
}
