package dev.authbridge.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** A wire that records the messages to its client, as the client would read them. */
final class NotedWire implements Wire {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Queue<String> sent = new ArrayDeque<>();
    private boolean open = true;
    private boolean paused;

    /** Takes the next message, which must be this event, and returns its data. */
    JsonNode next(String event) throws Exception {
        if (sent.isEmpty()) {
            throw new AssertionError("nothing was sent where claude.auth." + event + " was expected");
        }
        JsonNode message = JSON.readTree(sent.remove());
        assertEquals("claude.auth." + event, message.path("event").asText(), message.toString());
        return message.path("data");
    }

    void assertNothingMore() {
        assertEquals(List.of(), List.copyOf(sent));
    }

    boolean paused() {
        return paused;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void send(ServerMessage message) {
        if (open) {
            sent.add(MessageCodec.write(message));
        }
    }

    @Override
    public void send(ServerMessage message, Runnable taken) {
        send(message);
        taken.run();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void close() {
        open = false;
    }
}
