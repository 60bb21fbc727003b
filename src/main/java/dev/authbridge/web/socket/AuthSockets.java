package dev.authbridge.web.socket;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.Conversation;
import dev.authbridge.gateway.Conversations;
import dev.authbridge.gateway.Grant;
import dev.authbridge.web.Client;
import dev.authbridge.web.Replies;
import dev.authbridge.web.Requests;
import dev.authbridge.web.ops.Metrics;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Opens sockets and looks after those that are open. Confined to the event loop. */
public final class AuthSockets {
    private static final Logger LOG = System.getLogger(AuthSockets.class.getName());

    private final Loop loop;
    private final Requests requests;
    private final Conversations conversations;
    private final Metrics metrics;
    private final Limits limits;
    private final Set<AuthSocket> open = new LinkedHashSet<>();
    private final RefusalLog refusals;
    private final Backpressure.Turns turns = new Backpressure.Turns();
    private boolean ending;

    /**
     * @param most that are open at once
     * @param ping how often each is pinged
     * @param idle after how long without a sign of life it is closed; also how long it may take to say who it is
     */
    public record Limits(int most, Duration ping, Duration idle) {
        public static final Limits USUAL = new Limits(512, Duration.ofSeconds(20), Duration.ofSeconds(60));
    }

    public AuthSockets(Loop loop, Requests requests, Conversations conversations, Metrics metrics, Limits limits) {
        this.loop = loop;
        this.requests = requests;
        this.conversations = conversations;
        this.metrics = metrics;
        this.limits = limits;
        this.refusals = new RefusalLog("WebSockets", limits.most(), loop);
        tickAgain();
    }

    public int count() {
        return open.size();
    }

    /** The most that waits at one socket, in bytes. */
    public int mostWaiting() {
        return open.stream().mapToInt(AuthSocket::waiting).max().orElse(0);
    }

    /** Says what whoever asks for a socket may do; empty for who will say later. Completes on the loop. */
    @FunctionalInterface
    public interface Entrance {
        CompletionStage<Optional<Grant>> of(HttpServerRequest request, Client client);
    }

    /** Answers the upgrade request. */
    public void upgrade(RoutingContext context, Entrance entrance) {
        HttpServerRequest request = context.request();
        Client client = requests.client(request);
        Optional<Handshake.Refusal> refusal =
                Handshake.refusal(request, context.response().headers());
        if (refusal.isPresent()) {
            Replies.problem(context, refusal.get().status(), refusal.get().problem());
            return;
        }
        boolean full = open.size() >= limits.most();
        if (full) {
            refusals.refused();
        }
        if (ending || full) {
            Replies.problem(context, 503, new Problem(Reason.BUSY, "Too many pages are open. Try again soon."));
            return;
        }
        try {
            requests.requireAllowedOrigin(request);
        } catch (Refusal e) {
            Replies.problem(context, e.problem());
            return;
        }
        CompletableFuture<Optional<Grant>> grant = entrance.of(request, client).toCompletableFuture();
        if (!grant.isDone()) {
            // Otherwise what follows the request is lost before the socket is there.
            request.pause();
        }
        grant.whenComplete((ofConnection, failure) -> {
            if (failure == null) {
                open(request, client, ofConnection);
            } else {
                request.resume();
                Replies.problem(context, Refusal.problemOf(failure));
            }
        });
    }

    private void open(HttpServerRequest request, Client client, Optional<Grant> ofConnection) {
        Channel channel = ((HttpServerConnection) request.connection())
                .channelHandlerContext()
                .channel();
        request.toWebSocket()
                .onSuccess(socket -> opened(socket, channel, client.peer(), ofConnection))
                .onFailure(failure -> LOG.log(
                        Level.DEBUG, "no WebSocket for {0}", client.peer().address()));
    }

    /** Opens no more sockets. */
    public void end() {
        ending = true;
    }

    private void opened(ServerWebSocket socket, Channel channel, Peer peer, Optional<Grant> ofConnection) {
        WebSocketWire wire = new WebSocketWire(socket, channel, peer, metrics, loop, turns);
        Conversation conversation = conversations.begin(wire, peer, ofConnection);
        AuthSocket authSocket = new AuthSocket(wire, conversation, loop.now());
        open.add(authSocket);
        socket.frameHandler(frame -> authSocket.frame(frame, loop.now()));
        socket.pongHandler(pong -> authSocket.pong(loop.now()));
        socket.exceptionHandler(failure -> {
            if (failure instanceof CorruptedWebSocketFrameException violation) {
                wire.close((short) violation.closeStatus().code(), "protocol violation");
            }
            LOG.log(Level.DEBUG, "socket of {0}: {1}", peer.address(), failure.toString());
        });
        socket.closeHandler(closed -> {
            open.remove(authSocket);
            conversations.end(conversation);
        });
    }

    private void tickAgain() {
        loop.after(limits.ping(), () -> {
            List.copyOf(open).forEach(socket -> socket.tick(loop.now(), limits.idle()));
            tickAgain();
        });
    }
}
