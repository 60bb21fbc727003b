package dev.authbridge.web.socket;

import dev.authbridge.core.CountedLog;
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
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Opens WebSockets and looks after the open ones. Confined to the event loop. */
public final class AuthSockets {
    private static final Logger LOG = System.getLogger(AuthSockets.class.getName());

    private static final int MOST_MESSAGE_BYTES = 8_192;
    private static final short INVALID_DATA = 1007;
    private static final short NOT_ALLOWED = 1008;

    private final Loop loop;
    private final Requests requests;
    private final Conversations conversations;
    private final Metrics metrics;
    private final Limits limits;
    private final Set<AuthSocket> open = new LinkedHashSet<>();
    private final CountedLog refusals;
    private final CountedLog drops;
    private final Backpressure.Turns turns = new Backpressure.Turns();
    private boolean ending;

    /**
     * @param most how many may be open at once
     * @param ping how often each is pinged
     * @param idle after how long without a sign of life a socket is closed; also how long a client may take to identify
     *     itself
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
        this.refusals = new CountedLog(
                "refused {0} new WebSockets: " + limits.most() + " are open already, which is the limit", loop);
        this.drops = new CountedLog(Level.INFO, "{0} sockets were dropped, the last one of {1}: {2}", loop);
        tickAgain();
    }

    public int count() {
        return open.size();
    }

    /** The number of bytes that wait at the socket where the most wait. */
    public int mostWaiting() {
        return open.stream().mapToInt(AuthSocket::waiting).max().orElse(0);
    }

    /** Decides what a client may do; empty for one that identifies itself in its first message. Completes on the event loop. */
    @FunctionalInterface
    public interface Entrance {
        CompletionStage<Optional<Grant>> of(HttpServerRequest request, Client client);
    }

    /** Answers the upgrade request. */
    public void upgrade(RoutingContext context, Entrance entrance) {
        HttpServerRequest request = context.request();
        Client client = requests.client(request);
        Optional<Handshake.Rejection> rejection =
                Handshake.check(request, context.response().headers());
        if (rejection.isPresent()) {
            Replies.problem(context, rejection.get().status(), rejection.get().problem());
            return;
        }
        boolean full = open.size() >= limits.most();
        if (full) {
            refusals.happened();
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
            // What follows the request would be lost while there is no socket yet.
            request.pause();
        }
        grant.whenComplete((ofConnection, failure) -> {
            Optional<Problem> refusal = failure == null ? ofConnection.flatMap(AuthSockets::refusal) : Optional.empty();
            if (failure != null) {
                request.resume();
                Replies.failure(context, failure);
            } else if (refusal.isPresent()) {
                request.resume();
                Replies.problem(context, 403, refusal.get());
            } else {
                open(request, client, ofConnection);
            }
        });
    }

    /** Nothing that a socket says is for a key without the scope for logins. */
    private static Optional<Problem> refusal(Grant grant) {
        try {
            grant.require();
            return Optional.empty();
        } catch (Refusal e) {
            return Optional.of(e.problem());
        }
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

    /** Refuses new sockets from now on. */
    public void end() {
        ending = true;
    }

    private void opened(ServerWebSocket socket, Channel channel, Peer peer, Optional<Grant> ofConnection) {
        WebSocketWire wire = new WebSocketWire(socket, channel, peer, metrics, drops, loop, turns);
        Conversation conversation = conversations.begin(wire, peer, ofConnection);
        AuthSocket authSocket = new AuthSocket(wire, conversation, loop.steady());
        open.add(authSocket);
        socket.frameHandler(frame -> authSocket.frame(frame, loop.steady()));
        socket.pongHandler(pong -> authSocket.pong(loop.steady()));
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
            List.copyOf(open).forEach(socket -> socket.tick(loop.steady(), limits.idle()));
            tickAgain();
        });
    }

    /** One open socket: assembles messages for its {@link Conversation}, and watches that the client is still there. */
    private static final class AuthSocket {
        private final WebSocketWire wire;
        private final Conversation conversation;
        private final Instant openedAt;
        private final MessageAssembler assembler = new MessageAssembler(MOST_MESSAGE_BYTES);

        private Instant heardAt;

        AuthSocket(WebSocketWire wire, Conversation conversation, Instant now) {
            this.wire = wire;
            this.conversation = conversation;
            this.openedAt = now;
            this.heardAt = now;
        }

        /** Bytes that the client has not taken yet. */
        int waiting() {
            return wire.waiting();
        }

        /** Handles one frame from the client. */
        void frame(WebSocketFrame frame, Instant now) {
            heardAt = now;
            if (!wire.isOpen() || !frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
                return;
            }
            try {
                assembler.accept(frame).ifPresent(this::message);
            } catch (CharacterCodingException e) {
                conversation.complain(new Problem(Reason.BAD_MESSAGE, "That is not valid UTF-8."));
                wire.close(INVALID_DATA, "invalid UTF-8");
            }
        }

        private void message(MessageAssembler.Message message) {
            message.text()
                    .ifPresentOrElse(
                            conversation::hear,
                            () -> conversation.complain(new Problem(Reason.BAD_MESSAGE, message.fault())));
        }

        /** The client answered a ping. */
        void pong(Instant now) {
            heardAt = now;
        }

        /** Pings the client, and disconnects one that sends nothing, does not read, or does not identify itself in time. */
        void tick(Instant now, Duration idle) {
            if (wire.isBehind()) {
                // Nothing is read from it meanwhile, so its silence means nothing.
                heardAt = now;
                if (isOver(wire.progressAt(), now, idle)) {
                    wire.dropSlow();
                }
            } else if (isOver(heardAt, now, idle)) {
                wire.dropIdle();
            } else if (!conversation.isKnown() && isOver(openedAt, now, idle)) {
                wire.close(NOT_ALLOWED, "no access key came");
            } else {
                wire.ping();
            }
        }

        private static boolean isOver(Instant since, Instant now, Duration limit) {
            return Duration.between(since, now).compareTo(limit) >= 0;
        }
    }
}
