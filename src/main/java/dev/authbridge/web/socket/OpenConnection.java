package dev.authbridge.web.socket;

import dev.authbridge.core.IpAddress;
import dev.authbridge.core.Loop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.VertxHttpObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * One connection from when it is accepted until it is closed: what it is used for now, and by when a request that has begun has
 * to be complete. Runs on the channel's event loop.
 *
 * <p>It is the first handler of its channel, so it sees the connection before any TLS handshake. From there it cannot tell
 * requests apart. What it needs to know about them it hears from {@link Exchanges}, which stands behind the HTTP decoder.
 */
final class OpenConnection extends ChannelInboundHandlerAdapter {
    /** How long a request may take from its first to its last byte. */
    static final Duration REQUEST_WITHIN = Duration.ofSeconds(30);

    /** How long a TLS handshake may take. */
    static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(10);

    /** Pieces of one body: reads of the connection, or chunks if those are smaller. */
    private static final int MOST_PIECES = 1_024;

    /**
     * The bytes that are read from a connection before it is the next one's turn. With Netty's default, up to a megabyte, 200
     * clients that sent requests as fast as they could kept the event loop from all others for more than a minute.
     */
    private static final int READ_BYTES = 1_024;

    private static final Loop.Timer NONE = () -> {};

    private final Connections all;
    private final Loop loop;
    private Channel channel;
    private ChannelHandlerContext context;
    private Optional<IpAddress> address = Optional.empty();
    private String network = "";
    private Loop.Timer deadline = NONE;
    /** Whether a request has begun that is not complete; before the connection speaks HTTP, that is its TLS handshake. */
    private boolean incomplete = true;

    private int unanswered;
    private boolean socket;
    private boolean known;

    OpenConnection(Connections all, Loop loop) {
        this.all = all;
        this.loop = loop;
    }

    /** How much is lost if the connection is closed so that another one has room. */
    enum Worth {
        /** Nobody known, and nothing that the server owes an answer to. */
        NOTHING,
        /** Nobody known, and the answer to a request is awaited. */
        ANSWER,
        /** Somebody known who has had all answers. */
        IDLE,
        /** Somebody known who awaits an answer, or has a WebSocket. */
        MUCH
    }

    Worth worth() {
        boolean awaits = unanswered > 0 && !incomplete;
        if (!known) {
            return awaits ? Worth.ANSWER : Worth.NOTHING;
        }
        return awaits || socket ? Worth.MUCH : Worth.IDLE;
    }

    /** Empty for a connection that does not come over a network. */
    Optional<IpAddress> address() {
        return address;
    }

    /** By which connections are counted. */
    String network() {
        return network;
    }

    boolean isKnown() {
        return known;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        channel = added.channel();
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1));
        SocketAddress remote = channel.remoteAddress();
        if (remote instanceof InetSocketAddress client) {
            address = Optional.of(new IpAddress(client.getAddress()));
            network = address.get().network();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (all.admit(this)) {
            channel.closeFuture().addListener(closed -> ended());
            if (incomplete) {
                endWithin(HANDSHAKE_WITHIN);
            }
            active.fireChannelActive();
        } else {
            active.close();
        }
    }

    private void ended() {
        deadline.cancel();
        all.left(this);
    }

    /** The connection speaks HTTP from now on. */
    void speaksHttp() {
        channel.pipeline().addAfter("httpEncoder", "exchanges", new Exchanges());
        complete();
    }

    /** The connection is a WebSocket from now on, which has limits of its own. */
    void becomesSocket() {
        socket = true;
        unanswered = 0;
        complete();
        channel.pipeline().remove(Exchanges.class);
    }

    /** Whoever sent the present request has shown a key, or something else that the server gave only to somebody known. */
    void knows() {
        if (!known) {
            known = true;
            all.changed(this);
        }
    }

    /** Closes the connection at once, whatever waits to be written. */
    void cut() {
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object input) {
        incomplete = !socket;
        from.fireChannelRead(input);
    }

    /** Most requests come in one piece, and need no timer. */
    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        from.fireChannelReadComplete();
        if (incomplete && deadline == NONE) {
            endWithin(REQUEST_WITHIN);
        }
    }

    /**
     * Closes a connection that its client has broken off. Vert.x would fail if a pipelined request waits for the answer to an
     * earlier one, and Netty logs that with a stack trace; it learns from the close just as well.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        if (failure instanceof IOException) {
            cut();
        } else {
            from.fireExceptionCaught(failure);
        }
    }

    private void complete() {
        incomplete = false;
        deadline.cancel();
        deadline = NONE;
    }

    private void endWithin(Duration limit) {
        deadline.cancel();
        deadline = loop.after(limit, this::late);
    }

    private void late() {
        if (!channel.config().isAutoRead()) {
            // It is the server that does not read on, because it has not answered an earlier request yet.
            endWithin(REQUEST_WITHIN);
        } else {
            all.drop(this, "late_request");
        }
    }

    /** Follows requests and their answers, and ends a request whose body comes in too many pieces. */
    private final class Exchanges extends ChannelDuplexHandler {
        private int pieces;

        @Override
        public void channelRead(ChannelHandlerContext from, Object message) {
            if (message instanceof HttpRequest) {
                pieces = 0;
                unanswered++;
                // The next request of a proxy's connection may be that of somebody else.
                known = false;
                all.changed(OpenConnection.this);
            }
            if (message instanceof HttpContent && ++pieces > MOST_PIECES) {
                ReferenceCountUtil.release(message);
                if (pieces == MOST_PIECES + 1) {
                    all.drop(OpenConnection.this, "many_pieces");
                }
                return;
            }
            if (message instanceof LastHttpContent) {
                complete();
            }
            from.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext to, Object message, ChannelPromise promise) {
            if (unanswered > 0 && message instanceof VertxHttpObject part && part.isEnded()) {
                unanswered--;
                all.changed(OpenConnection.this);
            }
            to.write(message, promise);
        }
    }
}
