package dev.authbridge.support;

import com.microsoft.playwright.Page;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server in place of the bridge that sends what a test tells it to, so that a page can be put in every state, however rare.
 *
 * <p>Serves the real {@code webroot} with the strictest content security policy under which it has to work. May be used by any
 * thread.
 */
public final class ScriptedBridge implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8", "js", "text/javascript", "css", "text/css", "svg", "image/svg+xml");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Set<ServerWebSocket> sockets = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonObject> requests = new LinkedBlockingQueue<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private volatile List<Frame> standing = List.of(Frame.status("signed_out"));
    private final Set<ServerWebSocket> dead = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;
    private volatile String contact = "";

    private record Answer(int status, JsonObject body) {}

    public ScriptedBridge() {
        server = vertx.createHttpServer()
                .webSocketHandshakeHandler(handshake -> {
                    if (refusing) {
                        handshake.reject(503);
                    } else {
                        handshake.accept();
                    }
                })
                .webSocketHandler(this::accept)
                .requestHandler(this::serve)
                .listen(0, "127.0.0.1")
                .await();
        ready();
    }

    /** The page's address. */
    public String address() {
        return "http://127.0.0.1:" + server.actualPort() + "/";
    }

    /** The page's address for a browser that is to take it for one on another machine. */
    public String addressElsewhere() {
        return "http://" + Viewing.OTHER_NAME + ":" + server.actualPort() + "/";
    }

    /** Resets everything for the next page. */
    public ScriptedBridge reset() {
        answers.clear();
        received.clear();
        requests.clear();
        refusing = false;
        contact = "";
        return ready().standing(Frame.status("signed_out"));
    }

    /** Answers {@code claude.auth.status} with this from now on. */
    public ScriptedBridge standing(Frame... frames) {
        standing = List.of(frames);
        return this;
    }

    /** Sends these to every socket, in order, and answers {@code claude.auth.status} with them from now on. */
    public void change(Frame... frames) {
        standing(frames);
        push(frames);
    }

    /** Sends these to every socket, in order. */
    public void push(Frame... frames) {
        for (ServerWebSocket socket : sockets) {
            for (Frame frame : frames) {
                socket.writeTextMessage(frame.text());
            }
        }
    }

    /** Answers requests for the path, given without its leading slash, like this from now on. */
    public void answer(HttpMethod method, String path, int status, JsonObject body) {
        answers.put(method + " /" + path, new Answer(status, body));
    }

    /** Answers {@code /readyz} like this from now on: ready if there are no faults, else each fault with its remedy. */
    public ScriptedBridge ready(String... faults) {
        return readiness(false, faults);
    }

    /** Answers {@code /readyz} like a server in its first second. */
    public ScriptedBridge starting(String what) {
        return readiness(true, what);
    }

    /** Answers {@code /readyz} like a server that is installing the CLI, with the number of bytes done and in all. */
    public ScriptedBridge installing(long done, long total) {
        JsonObject check = new JsonObject()
                .put("name", "cli")
                .put("ok", false)
                .put("error", "The Claude CLI is being installed. This takes a few minutes, once.")
                .put("pending", true)
                .put(
                        "progress",
                        new JsonObject().put("done", done).put("total", total).put("unit", "bytes"));
        answer(
                HttpMethod.GET,
                "readyz",
                503,
                new JsonObject().put("ready", false).put("checks", new JsonArray().add(check)));
        return this;
    }

    /** Who administers the server; in the answers from the next {@link #ready} on. */
    public ScriptedBridge contact(String line) {
        contact = line;
        return this;
    }

    private ScriptedBridge readiness(boolean pending, String... faults) {
        JsonArray checks = new JsonArray();
        for (String fault : faults) {
            JsonObject check =
                    new JsonObject().put("name", "cli").put("ok", false).put("error", fault);
            checks.add(pending ? check.put("pending", true) : check);
        }
        boolean well = faults.length == 0;
        JsonObject body = new JsonObject().put("ready", well).put("checks", checks);
        answer(HttpMethod.GET, "readyz", well ? 200 : 503, contact.isEmpty() ? body : body.put("contact", contact));
        return this;
    }

    /** Waits for the next message of that name from the page. */
    public JsonObject awaitMessage(String event) throws InterruptedException {
        return await(received, "event", event).getJsonObject("data");
    }

    /** Waits for the next request to that path. */
    public JsonObject awaitRequest(String path) throws InterruptedException {
        return await(requests, "path", "/" + path);
    }

    private static JsonObject await(BlockingQueue<JsonObject> queue, String field, String value)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            JsonObject next = queue.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("never came: " + field + " " + value);
            }
            if (value.equals(next.getString(field))) {
                return next;
            }
        }
    }

    /**
     * Whether the page has sent a message of that name which no test has read. It makes the page ask for the state, as
     * pages do when they become visible: messages arrive in order, so everything that was sent before has arrived then.
     */
    public boolean hasMessage(String event, Page page) throws InterruptedException {
        List<JsonObject> before = new ArrayList<>();
        received.drainTo(before);
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
        JsonObject next;
        do {
            next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            before.add(Objects.requireNonNull(next, "the page does not ask for the state"));
        } while (!"claude.auth.status".equals(next.getString("event")));
        return before.stream().anyMatch(message -> event.equals(message.getString("event")));
    }

    /** Loses what arrives over the present sockets from now on, without closing them: a network that has changed. */
    public void swallow() {
        dead.addAll(sockets);
    }

    /** Accepts no new socket from now on. */
    public void refuse(boolean refusing) {
        this.refusing = refusing;
    }

    /** Closes every socket. */
    public void drop() {
        sockets.forEach(ServerWebSocket::close);
    }

    public int connections() {
        return sockets.size();
    }

    private void accept(ServerWebSocket socket) {
        sockets.add(socket);
        socket.closeHandler(closed -> sockets.remove(socket));
        socket.textMessageHandler(text -> {
            if (dead.contains(socket)) {
                return;
            }
            JsonObject message = new JsonObject(text);
            received.add(message);
            if ("claude.auth.status".equals(message.getString("event"))) {
                standing.forEach(frame -> socket.writeTextMessage(frame.text()));
            }
        });
    }

    private void serve(HttpServerRequest request) {
        String path = request.path();
        request.body().onSuccess(body -> {
            requests.add(new JsonObject()
                    .put("path", path)
                    .put("method", request.method().name())
                    .put("body", body.toString()));
            HttpServerResponse response = request.response();
            Answer answer = answers.get(request.method() + " " + path);
            if (answer != null) {
                response.setStatusCode(answer.status())
                        .putHeader("Content-Type", "application/json")
                        .end(answer.body().encode());
            } else {
                // The query that stands for a script, see webroot/slash.js.
                String name = "slash.js".equals(request.query()) ? "/slash.js" : path;
                file(name).ifPresentOrElse(file -> send(response, file), () -> response.setStatusCode(404)
                        .end());
            }
        });
    }

    private static Optional<Path> file(String path) {
        Path webroot = Path.of("webroot").toAbsolutePath().normalize();
        String name = path.endsWith("/") ? path + "index.html" : path.equals("/chat") ? "/chat.html" : path;
        Path file = webroot.resolve(name.substring(1)).normalize();
        return Optional.of(file).filter(found -> found.startsWith(webroot) && Files.isRegularFile(found));
    }

    private static void send(HttpServerResponse response, Path file) {
        String name = file.getFileName().toString();
        response.putHeader("Content-Type", TYPES.get(name.substring(name.lastIndexOf('.') + 1)))
                .putHeader("Content-Security-Policy", POLICY)
                .sendFile(file.toString());
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
