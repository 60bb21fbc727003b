package dev.authbridge.web;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.Audit;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Sessions;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credentials;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** The REST interface: browser sessions, the status, and what is done with the credential. Confined to the event loop. */
record RestRoutes(
        Requests requests,
        Doorkeeper doorkeeper,
        LoginDesk desk,
        DeviceLinks deviceLinks,
        Diagnoses diagnoses,
        Loop loop) {
    static final String AUTH = "/api/claude/auth";
    static final String SESSION = "/api/session";
    static final String SESSIONS = "/api/sessions";

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private static final int MOST_BODY_BYTES = 16_384;

    /** A failed run prints less than 8 KB in all (measured). */
    private static final int MOST_OUTPUT_BYTES = 65_536;

    void addTo(Router router) {
        router.route("/api/*").handler(requests::checkOrigin);
        router.post(AUTH + "/diagnose").handler(BodyHandler.create(false).setBodyLimit(MOST_OUTPUT_BYTES));
        router.post("/api/*").handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES));
        router.post(SESSION).handler(this::openSession);
        router.delete(SESSION).handler(this::closeSession);
        router.get(SESSIONS).handler(context -> answer(context, Optional.of(Scope.LOGIN), this::sessions));
        router.delete(SESSIONS)
                .handler(
                        context -> asBearer(context, Optional.of(Scope.LOGIN), bearer -> endSessions(context, bearer)));
        router.delete(SESSIONS + "/:id")
                .handler(context -> asBearer(context, Optional.of(Scope.LOGIN), bearer -> endSession(context, bearer)));
        router.get(AUTH).handler(context -> answer(context, Optional.empty(), this::status));
        router.delete(AUTH).handler(context -> answer(context, Optional.of(Scope.LOGIN), this::signOut));
        router.post(AUTH).handler(context -> answer(context, Optional.of(Scope.LOGIN), this::keep));
        router.post(AUTH + "/device").handler(context -> answer(context, Optional.of(Scope.LOGIN), this::device));
        router.delete(AUTH + "/device")
                .handler(context -> answer(context, Optional.of(Scope.LOGIN), this::throwOutDevice));
        router.post(AUTH + "/validate").handler(context -> answer(context, Optional.empty(), this::validate));
        router.post(AUTH + "/label").handler(context -> answer(context, Optional.of(Scope.LOGIN), this::label));
        router.post(AUTH + "/organization")
                .handler(context ->
                        asBearer(context, Optional.of(Scope.LOGIN), bearer -> answerForOrganization(context, bearer)));
        router.post(AUTH + "/hold").handler(context -> answer(context, Optional.of(Scope.LOGIN), this::hold));
        router.post(AUTH + "/diagnose").handler(context -> answer(context, Optional.empty(), this::diagnose));
        router.get(AUTH + "/env").handler(context -> answer(context, Optional.of(Scope.READ_CREDENTIAL), this::env));
    }

    private CompletionStage<Record> status(RoutingContext context, Bearer bearer) {
        return desk.status(new Grant.OfKey(bearer, doorkeeper, desk)).thenApply(told -> told.status());
    }

    private CompletionStage<Record> signOut(RoutingContext context, Bearer bearer) {
        return desk.signOut(bearer, peer(context))
                .thenApply(done -> new Answer.SignedOut("signed_out", done.deleted(), done.revokeAt()));
    }

    private CompletionStage<Record> keep(RoutingContext context, Bearer bearer) throws BadMessage {
        Fields body = body(context);
        Optional<Secret> token = body.optionalText("token").map(Secret::new);
        if (token.isPresent() && body.optionalText("apiKey").isPresent()) {
            throw new BadMessage("There are both a \"token\" and an \"apiKey\"; send one of them.");
        }
        CompletionStage<CredentialSummary> kept = token.isPresent()
                ? desk.takeOverToken(bearer, peer(context), token.get())
                : desk.keepApiKey(bearer, peer(context), new Secret(body.text("apiKey")));
        return kept.thenCompose(credential -> status(context, bearer));
    }

    private void answerForOrganization(RoutingContext context, Bearer bearer) {
        try {
            Fields body = body(context);
            desk.answerForOrganization(
                            bearer, peer(context), body.requiredFlag("accept"), body.optionalText("fingerprint"))
                    .whenComplete((asked, failure) -> {
                        if (failure != null) {
                            Replies.failure(context, failure);
                        } else if (asked.isEmpty()) {
                            Replies.problem(context, 410, Credentials.NONE_WAITS);
                        } else {
                            answer(context, bearer, this::status);
                        }
                    });
        } catch (BadMessage e) {
            Replies.problem(context, e.refusal().problem());
        }
    }

    private CompletionStage<Record> hold(RoutingContext context, Bearer bearer) throws BadMessage {
        return desk.hold(bearer, peer(context), body(context).requiredFlag("held"))
                .thenCompose(held -> status(context, bearer));
    }

    private CompletionStage<Record> device(RoutingContext context, Bearer bearer) throws BadMessage {
        return deviceLinks.make(bearer, requests.client(context.request()), path(context));
    }

    /** Below which the client has found this server; only its own link is made with it. Empty if it does not say so. */
    private static Optional<BasePath> path(RoutingContext context) throws BadMessage {
        if (context.body().length() <= 0) {
            return Optional.empty();
        }
        Optional<String> given = body(context).optionalText("path");
        Optional<BasePath> path = given.flatMap(BasePath::parse);
        if (given.isPresent() && path.isEmpty()) {
            throw new BadMessage("The field \"path\" is not the path of an address, such as \"/tools/bridge/\".");
        }
        return path;
    }

    private CompletionStage<Record> throwOutDevice(RoutingContext context, Bearer bearer) {
        return deviceLinks.throwOut(bearer, peer(context)).thenCompose(thrownOut -> status(context, bearer));
    }

    private CompletionStage<Record> validate(RoutingContext context, Bearer bearer) {
        return desk.validate(bearer.key()).thenCompose(checked -> status(context, bearer));
    }

    private CompletionStage<Record> diagnose(RoutingContext context, Bearer bearer) throws BadMessage {
        return diagnoses.of(bytes(context));
    }

    private CompletionStage<Record> label(RoutingContext context, Bearer bearer) throws BadMessage {
        return desk.label(bearer.key(), body(context).string("label")).thenCompose(named -> status(context, bearer));
    }

    /** The variables for a sandbox: those to set, and those to unset because they would override or change them. */
    private CompletionStage<Record> env(RoutingContext context, Bearer bearer) {
        return desk.sandboxVariables(bearer, peer(context)).thenApply(variables -> {
            Map<String, Secret> set = new LinkedHashMap<>();
            variables.set().forEach((name, value) -> set.put(name, new Secret(value)));
            return new Answer.Environment(set, variables.unset());
        });
    }

    private Peer peer(RoutingContext context) {
        return requests.client(context.request()).peer();
    }

    /** What a route does once the key is known to be allowed to do it. */
    @FunctionalInterface
    private interface Action {
        CompletionStage<Record> of(RoutingContext context, Bearer bearer) throws BadMessage;
    }

    /** @param scope the scope that the key needs; if empty, any valid key will do */
    private void answer(RoutingContext context, Optional<Scope> scope, Action action) {
        asBearer(context, scope, bearer -> answer(context, bearer, action));
    }

    private void asBearer(RoutingContext context, Optional<Scope> scope, Consumer<Bearer> action) {
        requests.bearer(context.request()).whenComplete((bearer, failure) -> {
            if (failure != null) {
                Replies.failure(context, failure);
            } else if (bearer.isEmpty()) {
                Replies.problem(context, requests.unknown(context.request()));
            } else if (scope.isPresent() && !bearer.get().key().may(scope.get())) {
                doorkeeper.audit().refused(bearer.get(), peer(context), scope.get());
                Replies.problem(context, 403, scope.get().lacking());
            } else {
                action.accept(bearer.get());
            }
        });
    }

    private void answer(RoutingContext context, Bearer bearer, Action action) {
        try {
            action.of(context, bearer).whenComplete((data, failure) -> {
                if (failure != null) {
                    Replies.failure(context, failure);
                } else if (doorkeeper.holds(bearer)) {
                    Replies.json(context, 200, data);
                } else {
                    // The key was taken away, or the session ended, during the wait.
                    Replies.problem(context, doorkeeper.over(bearer));
                }
            });
        } catch (BadMessage e) {
            Replies.problem(context, e.refusal().problem());
        }
    }

    /**
     * Trades an access key for the cookie of a session, which takes the place of the browser's earlier session. If that
     * belongs to another owner, the user has to confirm it: a link with a key may come from anybody.
     */
    private void openSession(RoutingContext context) {
        Client client = requests.client(context.request());
        try {
            Fields body = body(context);
            boolean replace = body.flag("replace");
            doorkeeper
                    .byKey(body.text("key"), client.peer())
                    .thenCombine(requests.sessions(context.request()), (bearer, before) -> {
                        Optional<Owner> other = Requests.otherThan(bearer.owner(), before);
                        if (!replace && other.isPresent()) {
                            otherOwner(context, other.get(), bearer.owner());
                            return DONE;
                        }
                        return openSession(context, client, bearer.key(), before);
                    })
                    .thenCompose(Function.identity())
                    .exceptionally(failure -> {
                        Replies.failure(context, failure);
                        return null;
                    });
        } catch (BadMessage e) {
            Replies.problem(context, e.refusal().problem());
        }
    }

    private static void otherOwner(RoutingContext context, Owner owner, Owner newOwner) {
        String message = "This browser is signed in to this server as " + owner + ", and this key belongs to "
                + newOwner + ". Nothing has changed yet.";
        Replies.otherOwner(context, owner, newOwner, message);
    }

    /** The earlier sessions end last, so that their pages connect again with the new cookie. */
    private CompletionStage<Void> openSession(
            RoutingContext context, Client client, AccessKey key, List<Bearer> before) {
        Sessions sessions = doorkeeper.sessions();
        return doorkeeper
                .takeSession(key.owner())
                .thenCompose(taken -> loop.bring(sessions.open(key, client.peer())))
                .thenAccept(opened -> {
                    doorkeeper.audit().record(Audit.Event.SESSION_OPENED, opened.bearer(), client.peer());
                    Replies.cookie(context, requests.cookie().set(opened.cookie(), Sessions.LONGEST, client));
                    before.forEach(this::end);
                });
    }

    /** Ends the sessions whose cookies come with the request; a cookie alone is enough for that. */
    private void closeSession(RoutingContext context) {
        Client client = requests.client(context.request());
        requests.sessions(context.request())
                .thenCompose(living -> CompletableFuture.allOf(living.stream()
                        .map(bearer -> end(bearer).toCompletableFuture())
                        .toArray(CompletableFuture[]::new)))
                .whenComplete((ended, failure) -> {
                    if (failure == null) {
                        Replies.cookie(context, requests.cookie().clear(client));
                    } else {
                        Replies.failure(context, failure);
                    }
                });
    }

    private CompletionStage<Boolean> end(Bearer bearer) {
        return end(bearer.owner(), bearer.session().orElseThrow());
    }

    private CompletionStage<Boolean> end(Owner owner, String id) {
        return loop.bring(doorkeeper.sessions().end(owner, id));
    }

    private CompletionStage<Record> sessions(RoutingContext context, Bearer bearer) {
        return loop.bring(doorkeeper.sessions().of(bearer.owner()))
                .thenApply(sessions -> new Answer.Sessions(sessions.stream()
                        .map(session -> new Answer.Session(
                                session.id(),
                                session.peer().device(),
                                session.peer().address(),
                                session.openedAt(),
                                session.lastUsedAt(),
                                bearer.session().filter(session.id()::equals).map(current -> true)))
                        .toList()));
    }

    private void endSession(RoutingContext context, Bearer bearer) {
        end(bearer.owner(), context.pathParam("id")).whenComplete((ended, failure) -> {
            if (failure != null) {
                Replies.failure(context, failure);
            } else if (ended) {
                Replies.nothing(context);
            } else {
                Replies.problem(context, 404, new Problem(Reason.BAD_MESSAGE, "There is no such session."));
            }
        });
    }

    private void endSessions(RoutingContext context, Bearer bearer) {
        loop.bring(doorkeeper.sessions().endAll(bearer.owner())).whenComplete((ended, failure) -> {
            if (failure == null) {
                Replies.nothing(context);
            } else {
                Replies.failure(context, failure);
            }
        });
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
