package dev.authbridge.web.socket;

import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Loop;
import dev.authbridge.web.ops.Metrics;
import io.netty.channel.Channel;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Counts the open connections, WebSockets included, closes those above the limit, and reads little at a time from each.
 * Confined to the event loop.
 */
public final class Connections {
    /**
     * The bytes that are read from a connection before it is the next one's turn. With Netty's default, up to a megabyte, 200
     * clients that sent requests as fast as they could kept the event loop from all others for more than a minute.
     *
     * <p>A TLS connection has been read from before it gets here, so it keeps Netty's default.
     */
    private static final int READ_BYTES = 1_024;

    private final int most;
    private final Metrics metrics;
    private final Loop loop;
    private final CountedLog refusals;
    private int open;

    /** @param most connections that may be open at once */
    public Connections(int most, Metrics metrics, Loop loop) {
        this.most = most;
        this.metrics = metrics;
        this.loop = loop;
        this.refusals =
                new CountedLog("refused {0} new connections: " + most + " are open already, which is the limit", loop);
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
        Channel channel =
                ((HttpServerConnection) connection).channelHandlerContext().channel();
        channel.closeFuture().addListener(closed -> loop.execute(() -> open--));
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1));
        if (open > most) {
            metrics.socketDropped("too_many_connections");
            refusals.happened();
            connection.close();
        }
    }
}
