package dev.authbridge.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.gateway.Conversation;
import dev.authbridge.support.ScriptedWire;
import dev.authbridge.support.WholeMessages;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The client's side of a conversation, over the JDK's WebSocket or a {@link ScriptedWire}. */
final class SocketClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private Transport transport;

    private SocketClient() {}

    /** Carries the client's messages to the server. */
    private interface Transport {
        void send(String text, boolean last) throws Exception;

        void abort();
    }

    static SocketClient open(URI address, String... headers) throws Exception {
        return open(HTTP, address, headers);
    }

    static SocketClient open(HttpClient http, URI address, String... headers) throws Exception {
        SocketClient client = new SocketClient();
        WebSocket.Builder builder = http.newWebSocketBuilder();
        for (int at = 0; at < headers.length; at += 2) {
            builder.header(headers[at], headers[at + 1]);
        }
        WebSocket socket = builder.buildAsync(
                        address, new WholeMessages(text -> client.messages.add(parse(text)), client.closed))
                .get(10, TimeUnit.SECONDS);
        client.transport = new Transport() {
            @Override
            public void send(String text, boolean last) throws Exception {
                socket.sendText(text, last).get(10, TimeUnit.SECONDS);
            }

            @Override
            public void abort() {
                socket.abort();
            }
        };
        return client;
    }

    /** @param begin starts a conversation over this wire, on the loop */
    static SocketClient over(RunningServer server, Function<ScriptedWire, CompletionStage<Conversation>> begin)
            throws Exception {
        SocketClient client = new SocketClient();
        ScriptedWire wire = new ScriptedWire(text -> client.messages.add(parse(text)));
        Conversation conversation =
                server.onLoop(() -> begin.apply(wire)).toCompletableFuture().get(10, TimeUnit.SECONDS);
        client.transport = new Transport() {
            @Override
            public void send(String text, boolean last) {
                server.timers.execute(() -> wire.receive(text, conversation));
            }

            @Override
            public void abort() {
                server.timers.execute(() -> {
                    wire.close();
                    server.conversations().end(conversation);
                });
            }
        };
        return client;
    }

    void send(String text) throws Exception {
        transport.send(text, true);
    }

    /** Sends {@code claude.auth.NAME} with this data. */
    void say(String name, String data) throws Exception {
        send("{\"event\":\"claude.auth." + name + "\",\"data\":" + data + "}");
    }

    void start() throws Exception {
        say("start", "{}");
    }

    void submit(String code) throws Exception {
        say("code", "{\"code\":\"" + code + "\"}");
    }

    void cancel() throws Exception {
        say("cancel", "{}");
    }

    void fragment(String text, boolean last) throws Exception {
        transport.send(text, last);
    }

    /** Waits for the next message; fails if none comes. */
    JsonNode next() throws Exception {
        JsonNode message = messages.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came");
        }
        return message;
    }

    /** Waits for the next message, which must be {@code claude.auth.NAME}, and returns its data. */
    JsonNode next(String name) throws Exception {
        JsonNode message = next();
        if (!message.path("event").asText().equals("claude.auth." + name)) {
            throw new AssertionError("not claude.auth." + name + ": " + message);
        }
        return message.path("data");
    }

    /** Waits for the next message, which must be a status, and returns its state. */
    String nextState() throws Exception {
        return next("status").path("state").asText();
    }

    /** Waits for the next message, which must be an error, and returns its reason. */
    String nextReason() throws Exception {
        return next("error").path("reason").asText();
    }

    /** Waits for the next message of this name, skipping others, and returns its data. */
    JsonNode until(String name) throws Exception {
        for (JsonNode message = next(); ; message = next()) {
            if (message.path("event").asText().equals("claude.auth." + name)) {
                return message.path("data");
            }
        }
    }

    /** Asks for the status and returns its data; skips messages that arrive before it. */
    JsonNode status() throws Exception {
        say("status", "{}");
        return until("status");
    }

    /** Asks for the status and returns its state. */
    String state() throws Exception {
        return status().path("state").asText();
    }

    /** Asserts that nothing else was sent: asks for the status, whose answer must be the next message. */
    JsonNode nothingButStatus() throws Exception {
        say("status", "{}");
        return next("status");
    }

    int closeCode() throws Exception {
        return closed.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        transport.abort();
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
