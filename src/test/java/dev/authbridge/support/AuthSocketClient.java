package dev.authbridge.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Talks to the bridge as its pages do, over the JDK's WebSocket client. For use by one thread. */
public final class AuthSocketClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Shared by all instances: it owns a thread and descriptors, and cannot be closed in Java 17. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final BlockingQueue<JsonNode> unread = new LinkedBlockingQueue<>();
    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private AuthSocketClient(String address, String key) {
        URI endpoint = URI.create(address.replaceFirst("^http", "ws") + "api/claude/auth/socket");
        socket = HTTP.newWebSocketBuilder()
                .header("Authorization", "Bearer " + key)
                .buildAsync(endpoint, new WholeMessages(this::received, closed))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private void received(String text) {
        frames.add(text);
        unread.add(parse(text));
    }

    /**
     * Connects.
     *
     * @param address of the server, ending with a slash
     * @param key the access key, sent with the upgrade
     */
    public static AuthSocketClient connect(String address, String key) {
        return new AuthSocketClient(address, key);
    }

    /** Sends an event without data. */
    public void send(String event) {
        send(event, Map.of());
    }

    public void send(String event, Map<String, String> data) {
        ObjectNode message = JSON.createObjectNode().put("event", event);
        ObjectNode fields = message.putObject("data");
        data.forEach(fields::put);
        sendText(message.toString());
    }

    public void sendText(String text) {
        socket.sendText(text, true).join();
    }

    /** Waits for the next event of that name and returns its data; skips other events. */
    public JsonNode await(String event) {
        return await(event, data -> true);
    }

    /** Waits for the next {@code claude.auth.status} with that state and returns its data. */
    public JsonNode awaitState(String state) {
        return await("claude.auth.status", data -> data.path("state").asText().equals(state));
    }

    /** Waits for the next {@code claude.auth.url} and returns its URL. */
    public String awaitUrl() {
        return await("claude.auth.url").path("url").asText();
    }

    /** Waits for the next {@code claude.auth.error} and returns its {@code reason}. */
    public String awaitErrorReason() {
        return await("claude.auth.error").path("reason").asText();
    }

    private JsonNode await(String event, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                JsonNode message = unread.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (message == null) {
                    throw new AssertionError("no " + event + " came, but " + events());
                }
                if (message.path("event").asText().equals(event) && wanted.test(message.path("data"))) {
                    return message.path("data");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The names, and states or reasons, of all events received, for the message of a failed test; contains no secret. */
    private List<String> events() {
        return frames.stream()
                .map(AuthSocketClient::parse)
                .map(message -> message.path("event").asText()
                        + message.path("data")
                                .path("state")
                                .asText(" ")
                                .indent(1)
                                .strip()
                        + message.path("data").path("reason").asText())
                .toList();
    }

    /** Every message received, as text. */
    public List<String> frames() {
        return List.copyOf(frames);
    }

    /** Waits until the server closes the socket and returns the close code. */
    public int awaitClose() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Cuts the connection without a close frame. */
    public void drop() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON came: " + text.length() + " characters", e);
        }
    }
}
