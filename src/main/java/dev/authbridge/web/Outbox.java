package dev.authbridge.web;

import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The sending side of one socket. A client that does not read is dropped: it asks for the state when it comes back. */
final class Outbox {
    private static final Logger LOG = System.getLogger(Outbox.class.getName());
    private static final int MOST_WAITING_BYTES = 64 * 1_024;

    private final ServerWebSocket socket;
    private final HttpConnection connection;
    private final Client client;
    private final Metrics metrics;

    Outbox(ServerWebSocket socket, HttpConnection connection, Client client, Metrics metrics) {
        this.socket = socket;
        this.connection = connection;
        this.client = client;
        this.metrics = metrics;
        socket.setWriteQueueMaxSize(MOST_WAITING_BYTES);
    }

    void send(ServerMessage message) {
        if (socket.isClosed()) {
            return;
        }
        if (socket.writeQueueFull()) {
            drop("slow");
        } else {
            socket.writeTextMessage(MessageCodec.write(message));
        }
    }

    void ping() {
        if (!socket.isClosed() && !socket.writeQueueFull()) {
            socket.writePing(Buffer.buffer());
        }
    }

    /** Ends the connection without a word, since nobody would read it. */
    void drop(String cause) {
        LOG.log(Level.INFO, "socket of {0} dropped: {1}", client.address(), cause);
        metrics.socketDropped(cause);
        connection.close();
    }
}
