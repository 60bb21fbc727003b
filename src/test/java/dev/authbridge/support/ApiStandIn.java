package dev.authbridge.support;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands in for the vendor's API: {@code POST /v1/messages}, answered with server-sent events, and {@code GET /v1/models}, which
 * shows whether a credential works. Every credential works, unless {@link #nextMessages} and the other methods change that.
 */
public final class ApiStandIn implements AutoCloseable, Answer.Service {
    private static final Map<Integer, String> ERROR_TYPES = Map.of(
            401, "authentication_error",
            403, "permission_error",
            429, "rate_limit_error",
            500, "api_error",
            529, "overloaded_error");

    private final LoopbackVendor vendor;
    private final Script messages = new Script();
    private final Script models = new Script();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private volatile boolean holding;
    private volatile String organization = "";
    private volatile List<String> pieces = List.of("Hello ", "from the ", "stand-in.");

    /**
     * One request.
     *
     * @param path without its query
     * @param headers as sent, with the credential
     * @param body empty for a GET
     */
    public record Request(String path, MultiMap headers, String body) {}

    /** Adds the API to a vendor that other stand-ins use, too. */
    public ApiStandIn(LoopbackVendor vendor) {
        this.vendor = vendor;
        vendor.router().post("/v1/messages").order(-1).handler(context -> play(context, messages));
        vendor.router().get("/v1/models").order(-1).handler(context -> play(context, models));
    }

    /** The API on a vendor of its own, which is closed with it. */
    public static ApiStandIn open() {
        return new ApiStandIn(LoopbackVendor.open());
    }

    public LoopbackVendor vendor() {
        return vendor;
    }

    public void nextMessages(Answer... answers) {
        messages.next(answers);
    }

    public void alwaysMessages(Answer answer) {
        messages.always(answer);
    }

    public void nextModels(Answer... answers) {
        models.next(answers);
    }

    public void alwaysModels(Answer answer) {
        models.always(answer);
    }

    /** From now on the usual answer about models names this organization; none if it is empty. */
    public void organization(String id) {
        organization = id;
    }

    /** The text of the usual answer to a prompt, which is streamed piece by piece. */
    public void says(String... pieces) {
        this.pieces = List.of(pieces);
    }

    /** From now on an answer stops after its first piece, until {@link #goOn}. */
    public void holdAfterFirstPiece() {
        holding = true;
    }

    /** Continues all answers that were held, and holds no more. */
    public void goOn() {
        holding = false;
        vendor.vertx().runOnContext(onLoop -> {
            held.forEach(Runnable::run);
            held.clear();
        });
    }

    /** Every request, oldest first. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void play(RoutingContext context, Script script) {
        String body = context.body().asString();
        requests.add(new Request(context.request().path(), context.request().headers(), body == null ? "" : body));
        script.take().play(context, this);
    }

    @Override
    public void answerUsually(RoutingContext context) {
        if (context.request().path().equals("/v1/models")) {
            if (!organization.isEmpty()) {
                context.response().putHeader("anthropic-organization-id", organization);
            }
            JsonObject model = new JsonObject().put("type", "model").put("id", "claude-stand-in");
            context.response()
                    .putHeader("Content-Type", "application/json")
                    .end(new JsonObject()
                            .put("data", new JsonArray().add(model))
                            .put("has_more", false)
                            .encode());
        } else {
            stream(context);
        }
    }

    private void stream(RoutingContext context) {
        String model = new JsonObject(context.body().buffer()).getString("model", "claude-stand-in");
        HttpServerResponse response =
                context.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        send(
                response,
                "message_start",
                new JsonObject()
                        .put(
                                "message",
                                new JsonObject()
                                        .put("id", "msg_stand_in")
                                        .put("type", "message")
                                        .put("role", "assistant")
                                        .put("model", model)
                                        .put("content", new JsonArray())
                                        .putNull("stop_reason")
                                        .putNull("stop_sequence")
                                        .put("usage", usage())));
        send(
                response,
                "content_block_start",
                new JsonObject()
                        .put("index", 0)
                        .put(
                                "content_block",
                                new JsonObject().put("type", "text").put("text", "")));
        List<String> rest = pieces;
        if (holding && !rest.isEmpty()) {
            sendPiece(response, rest.get(0));
            List<String> afterwards = rest.subList(1, rest.size());
            held.add(() -> finish(response, afterwards));
        } else {
            finish(response, rest);
        }
    }

    private void finish(HttpServerResponse response, List<String> rest) {
        if (response.closed()) {
            return;
        }
        rest.forEach(piece -> sendPiece(response, piece));
        send(response, "content_block_stop", new JsonObject().put("index", 0));
        send(
                response,
                "message_delta",
                new JsonObject()
                        .put(
                                "delta",
                                new JsonObject().put("stop_reason", "end_turn").putNull("stop_sequence"))
                        .put("usage", usage()));
        send(response, "message_stop", new JsonObject());
        response.end();
    }

    private static void sendPiece(HttpServerResponse response, String piece) {
        send(
                response,
                "content_block_delta",
                new JsonObject()
                        .put("index", 0)
                        .put("delta", new JsonObject().put("type", "text_delta").put("text", piece)));
    }

    private static JsonObject usage() {
        return new JsonObject().put("input_tokens", 1).put("output_tokens", 1);
    }

    private static void send(HttpServerResponse response, String event, JsonObject data) {
        response.write("event: " + event + "\ndata: " + data.put("type", event).encode() + "\n\n");
    }

    @Override
    public String errorBody(int status) {
        return new JsonObject()
                .put("type", "error")
                .put(
                        "error",
                        new JsonObject()
                                .put("type", ERROR_TYPES.getOrDefault(status, "invalid_request_error"))
                                .put("message", "The stand-in answers " + status))
                .encode();
    }

    @Override
    public void close() {
        vendor.close();
    }
}
