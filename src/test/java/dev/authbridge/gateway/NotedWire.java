package dev.authbridge.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.support.ScriptedWire;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** A wire that records the messages to its client, as the client would read them. */
final class NotedWire extends ScriptedWire {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Queue<String> sent;

    NotedWire() {
        this(new ArrayDeque<>());
    }

    private NotedWire(Queue<String> sent) {
        super(sent::add);
        this.sent = sent;
    }

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
}
