package dev.authbridge.web.socket;

import dev.authbridge.core.Loop;
import dev.authbridge.web.ops.Metrics;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** Counts the open connections, WebSockets included, and closes those above the limit. Confined to the event loop. */
public final class Connections {
    private final int most;
    private final Metrics metrics;
    private final Loop loop;
    private final RefusalLog refusals;
    private int open;

    /** @param most connections that may be open at once */
    public Connections(int most, Metrics metrics, Loop loop) {
        this.most = most;
        this.metrics = metrics;
        this.loop = loop;
        this.refusals = new RefusalLog("connections", most, loop);
    }

    /** How many connections are open. */
    public int open() {
        return open;
    }

    /**
     * Counts a new connection until its channel is closed, and closes it immediately if it is one too many.
     *
     * <p>{@link HttpConnection#closeHandler} would not do: Vert.x does not call it after the connection was upgraded to a
     * WebSocket.
     */
    public void opened(HttpConnection connection) {
        open++;
        ((HttpServerConnection) connection)
                .channelHandlerContext()
                .channel()
                .closeFuture()
                .addListener(closed -> loop.execute(() -> open--));
        if (open > most) {
            metrics.socketDropped("too_many_connections");
            refusals.refused();
            connection.close();
        }
    }
}
