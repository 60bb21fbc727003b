package dev.authbridge.web;

import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The sending side of one socket. A client that does not read is dropped: it asks for the state when it comes back. */
final class Outbox {
    private static final Logger LOG = System.getLogger(Outbox.class.getName());
    private static final short GOING_AWAY = 1001;
    private static final int MOST_WAITING_BYTES = 64 * 1_024;

    private final ServerWebSocket socket;
    private final Channel channel;
    private final Client client;
    private final Metrics metrics;
    private boolean dropped;

    Outbox(ServerWebSocket socket, Channel channel, Client client, Metrics metrics) {
        this.socket = socket;
        this.channel = channel;
        this.client = client;
        this.metrics = metrics;
        socket.setWriteQueueMaxSize(MOST_WAITING_BYTES);
    }

    void send(ServerMessage message) {
        if (dropped || socket.isClosed()) {
            return;
        }
        if (socket.writeQueueFull()) {
            dropSlow();
        } else {
            socket.writeTextMessage(MessageCodec.write(message));
        }
    }

    /** Sends what is one of many; completes when the connection took it, with a failure where there is none any more. */
    Future<Void> sendAndTell(ServerMessage message) {
        return dropped || socket.isClosed()
                ? Future.failedFuture("closed")
                : socket.writeTextMessage(MessageCodec.write(message));
    }

    void ping() {
        if (!socket.isClosed() && !socket.writeQueueFull()) {
            socket.writePing(Buffer.buffer());
        }
    }

    /** Whether there is any use in handling what the client says. */
    boolean isOpen() {
        return !dropped && !socket.isClosed();
    }

    /** Ends the connection of a client from which nothing comes. */
    void dropIdle() {
        drop("idle");
        socket.close(GOING_AWAY, "idle");
    }

    /**
     * No close frame would get through behind all that waits already, and Vert.x's own ways to close wait for what was
     * written before: so at the very end of the pipeline, where nobody waits.
     */
    private void dropSlow() {
        drop("slow");
        channel.pipeline().firstContext().close();
    }

    private void drop(String cause) {
        dropped = true;
        LOG.log(Level.INFO, "socket of {0} dropped: {1}", client.address(), cause);
        metrics.socketDropped(cause);
    }
}
