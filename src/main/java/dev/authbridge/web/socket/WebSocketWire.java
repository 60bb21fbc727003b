package dev.authbridge.web.socket;

import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Peer;
import dev.authbridge.gateway.Wire;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import dev.authbridge.web.ops.Metrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.Instant;

/**
 * A WebSocket as a {@link Wire}: the sending side of one socket, and the only place that closes it. Confined to the event
 * loop.
 *
 * <p>While a client does not read what it is sent, nothing is read from it ({@link Backpressure}). It is disconnected when
 * it takes nothing for the idle timeout, or when too much waits for it all the same because other tabs of its owner are
 * busy. It asks for the state when it comes back.
 */
final class WebSocketWire implements Wire {
    private static final short GOING_AWAY = 1001;
    private static final short NOT_ALLOWED = 1008;
    private static final short RESTARTING = 1012;
    private static final int MOST_WAITING_BYTES = 256 * 1_024;

    /** How long a client has to take what waits for it, including the close frame, and to answer that. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final ServerWebSocket socket;
    private final Channel channel;
    private final Backpressure backpressure;
    private final Peer peer;
    private final Metrics metrics;
    private final CountedLog drops;
    private final Loop loop;
    private boolean closing;

    /** @param drops logs the clients that are disconnected: their address and why */
    WebSocketWire(
            ServerWebSocket socket,
            Channel channel,
            Peer peer,
            Metrics metrics,
            CountedLog drops,
            Loop loop,
            Backpressure.Turns turns) {
        this.socket = socket;
        this.channel = channel;
        this.peer = peer;
        this.metrics = metrics;
        this.drops = drops;
        this.loop = loop;
        this.backpressure = new Backpressure(loop::steady, turns);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addBefore("wsdecoder", "backpressure", backpressure);
        // AuthSocket closes an idle socket with a close frame; the timeout of plain HTTP would just cut it.
        pipeline.remove(IdleStateHandler.class);
        // So that everything waits in the channel, where it is counted, and nothing in Vert.x's own queue.
        socket.setWriteQueueMaxSize(2 * MOST_WAITING_BYTES);
    }

    @Override
    public void send(ServerMessage message) {
        if (!isOpen()) {
            return;
        }
        if (backpressure.waiting() > MOST_WAITING_BYTES) {
            channel.flush();
        }
        if (backpressure.waiting() > MOST_WAITING_BYTES) {
            drop("slow");
        } else {
            socket.writeTextMessage(MessageCodec.write(message));
        }
    }

    @Override
    public void send(ServerMessage message, Runnable taken) {
        if (isOpen()) {
            socket.writeTextMessage(MessageCodec.write(message)).onComplete(done -> taken.run());
        } else {
            taken.run();
        }
    }

    @Override
    public void pause() {
        backpressure.pause();
    }

    @Override
    public void resume() {
        backpressure.resume();
    }

    @Override
    public void close() {
        close(RESTARTING, "the server is stopping");
    }

    @Override
    public void hangUp() {
        close(NOT_ALLOWED, "not allowed any more");
    }

    void ping() {
        if (isOpen() && !backpressure.isBehind()) {
            socket.writePing(Buffer.buffer());
        }
    }

    @Override
    public boolean isOpen() {
        return !closing && !socket.isClosed();
    }

    /** Bytes that the client has not taken yet. */
    int waiting() {
        return backpressure.waiting();
    }

    /** When the client last took something, or had nothing to take. */
    Instant progressAt() {
        return backpressure.progressAt();
    }

    /** Whether so much waits for the client that nothing is read from it. */
    boolean isBehind() {
        return backpressure.isBehind();
    }

    /** Disconnects a client that sends nothing. */
    void dropIdle() {
        drop("idle");
    }

    /** Disconnects a client that does not read. */
    void dropSlow() {
        drop("slow");
    }

    /** Sends a close frame, and cuts the connection if the client does not react to it. */
    void close(short code, String reason) {
        if (closing) {
            return;
        }
        closing = true;
        // Where the client has begun to close, Vert.x's answer may still wait behind what the client does not read.
        if (!socket.isClosed()) {
            socket.close(code, reason);
        }
        loop.after(CLOSING, this::cut);
    }

    /**
     * Closes at the end of the pipeline that is next to the connection. Vert.x's own ways to close wait until everything is
     * written, which may be never.
     */
    private void cut() {
        if (channel.isOpen()) {
            channel.pipeline().firstContext().close();
        }
    }

    private void drop(String cause) {
        if (!closing) {
            drops.happened(peer.address(), cause);
            metrics.socketDropped(cause);
            close(GOING_AWAY, cause);
        }
    }
}
