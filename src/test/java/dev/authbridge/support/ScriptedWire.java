package dev.authbridge.support;

import dev.authbridge.gateway.Conversation;
import dev.authbridge.gateway.Wire;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/** A second kind of wire, which passes messages in memory. Confined to the event loop. */
public class ScriptedWire implements Wire {
    private final Consumer<String> client;
    private final Queue<String> received = new ArrayDeque<>();
    private boolean open = true;
    private boolean paused;
    private boolean handing;
    private Conversation conversation;

    /** @param client receives what the server sends */
    public ScriptedWire(Consumer<String> client) {
        this.client = client;
    }

    /** Delivers a message of the client. As on a real wire, it waits while the server has paused. */
    public void receive(String text, Conversation conversation) {
        received.add(text);
        this.conversation = conversation;
        handOver();
    }

    /** Whether the server takes no messages now. */
    public boolean paused() {
        return paused;
    }

    private void handOver() {
        if (handing) {
            return;
        }
        handing = true;
        while (open && !paused && !received.isEmpty()) {
            conversation.hear(received.remove());
        }
        handing = false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void send(ServerMessage message) {
        if (open) {
            client.accept(MessageCodec.write(message));
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
        handOver();
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public void hangUp() {
        open = false;
    }
}
