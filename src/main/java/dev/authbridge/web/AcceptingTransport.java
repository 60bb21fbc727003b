package dev.authbridge.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.util.function.Supplier;

/**
 * Vert.x's usual transport, with which a server sees each connection as soon as it is accepted.
 *
 * <p>Vert.x shows a connection only after its TLS handshake. Whoever connects and then sends nothing would not be counted, and
 * could open as many connections as the process may have files.
 */
public final class AcceptingTransport extends NioTransport implements Transport {
    private volatile Supplier<ChannelHandler> forEach = ChannelInboundHandlerAdapter::new;

    private AcceptingTransport() {}

    /** A Vert.x with one event loop, on which an {@link AuthServer} can listen. */
    public static Vertx vertx() {
        return Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1))
                .withTransport(new AcceptingTransport())
                .build();
    }

    /** The transport of a Vert.x that was made by {@link #vertx}. */
    static AcceptingTransport of(Vertx vertx) {
        return (AcceptingTransport) ((VertxInternal) vertx).transport();
    }

    /**
     * Adds a handler to each connection that is accepted from now on, next to the network.
     *
     * @param handler makes one; called on the thread that accepts, while the handler itself runs on the event loop
     */
    void onEach(Supplier<ChannelHandler> handler) {
        forEach = handler;
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        super.configure(options, domainSocket, bootstrap);
        bootstrap.handler(new OfServer());
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return this;
    }

    /** What a listening channel reads are the channels of new connections. */
    private final class OfServer extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            ((Channel) accepted).pipeline().addLast(forEach.get());
            context.fireChannelRead(accepted);
        }
    }
}
