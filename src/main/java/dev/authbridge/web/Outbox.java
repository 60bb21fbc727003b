package dev.authbridge.web;

import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The sending side of one socket. A client that does not read is dropped: it asks for the state when it comes back. */
final class Outbox {
    private static final Logger LOG = System.getLogger(Outbox.class.getName());
    private static final short TRY_AGAIN_LATER = 1013;
    private static final int MOST_WAITING_BYTES = 64 * 1_024;

    private final ServerWebSocket socket;
    private final Client client;
    private final Metrics metrics;
    private boolean dropped;

    Outbox(ServerWebSocket socket, Client client, Metrics metrics) {
        this.socket = socket;
        this.client = client;
        this.metrics = metrics;
        socket.setWriteQueueMaxSize(MOST_WAITING_BYTES);
    }

    void send(ServerMessage message) {
        if (dropped || socket.isClosed()) {
            return;
        }
        if (socket.writeQueueFull()) {
            drop("slow", TRY_AGAIN_LATER);
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

    /** Ends the connection, a moment later also that of a client which does not even take the close frame. */
    void drop(String cause, short code) {
        if (dropped) {
            return;
        }
        dropped = true;
        LOG.log(Level.INFO, "socket of {0} dropped: {1}", client.address(), cause);
        metrics.socketDropped(cause);
        socket.close(code, cause);
    }
}
