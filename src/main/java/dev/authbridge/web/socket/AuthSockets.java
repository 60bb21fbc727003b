package dev.authbridge.web.socket;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
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
import io.vertx.core.http.HttpConnection;
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
    private static final short TRY_AGAIN_LATER = 1013;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** How many messages above the limit are answered with an error before the socket is closed. */
    private static final int MOST_COMPLAINTS = 20;

    private static final Problem BUSY = new Problem(Reason.BUSY, "Too many pages are open. Try again soon.");

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
     * @param ofOwner how many of one owner
     * @param unknown how many of one network whose clients have not identified themselves
     * @param identify how long a client may take to identify itself
     * @param ping how often each is pinged
     * @param idle after how long without a sign of life a socket is closed
     * @param messages how many each may send in a minute
     */
    public record Limits(
            int most, int ofOwner, int unknown, Duration identify, Duration ping, Duration idle, int messages) {
        /** @param connections how many connections may be open; half of them may be sockets */
        public static Limits of(int connections) {
            int most = Math.max(1, connections / 2);
            return new Limits(
                    most,
                    Math.max(1, most / 4),
                    16,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(60),
                    100);
        }
    }

    public AuthSockets(Loop loop, Requests requests, Conversations conversations, Metrics metrics, Limits limits) {
        this.loop = loop;
        this.requests = requests;
        this.conversations = conversations;
        this.metrics = metrics;
        this.limits = limits;
        this.refusals = new CountedLog(
                "refused {0} new WebSockets: " + limits.most() + " are open already, or " + limits.ofOwner()
                        + " of one owner, which is the limit",
                loop);
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
        if (ending) {
            Replies.problem(context, 503, BUSY);
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
                ofConnection
                        .flatMap(Grant::bearer)
                        .ifPresent(bearer -> requests.doorkeeper().audit().refused(bearer, client.peer(), Scope.LOGIN));
                Replies.problem(context, 403, refusal.get());
            } else if (!makeRoom(client.peer(), ofConnection)) {
                request.resume();
                Replies.problem(context, 503, BUSY);
            } else {
                ofConnection.ifPresent(known -> Connections.knows(request.connection()));
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

    /**
     * Makes sure that there is room for one more, by closing a socket of a client that has not identified itself if need be: it
     * has had its chance, and whoever opens such sockets only to fill the room does not keep others out.
     */
    private boolean makeRoom(Peer peer, Optional<Grant> ofConnection) {
        if (ofConnection.isEmpty()) {
            List<AuthSocket> neighbours = open.stream()
                    .filter(socket -> !socket.isKnown() && socket.isOf(peer.network()))
                    .toList();
            if (neighbours.size() >= limits.unknown()) {
                neighbours.get(0).dismiss();
            }
        }
        boolean room = ofConnection.isEmpty() || count(ofConnection.get().owner()) < limits.ofOwner();
        if (room && open.size() >= limits.most()) {
            Optional<AuthSocket> unknown =
                    open.stream().filter(socket -> !socket.isKnown()).findFirst();
            unknown.ifPresent(AuthSocket::dismiss);
            room = unknown.isPresent();
        }
        if (!room) {
            refusals.happened();
        }
        return room;
    }

    private long count(Owner owner) {
        return open.stream().filter(socket -> socket.isOf(owner)).count();
    }

    private void open(HttpServerRequest request, Client client, Optional<Grant> ofConnection) {
        Channel channel = ((HttpServerConnection) request.connection())
                .channelHandlerContext()
                .channel();
        request.toWebSocket()
                .onSuccess(socket -> {
                    Connections.becomesSocket(request.connection());
                    opened(socket, request.connection(), channel, client.peer(), ofConnection);
                })
                .onFailure(failure -> LOG.log(
                        Level.DEBUG, "no WebSocket for {0}", client.peer().address()));
    }

    /** Refuses new sockets from now on. */
    public void end() {
        ending = true;
    }

    private void opened(
            ServerWebSocket socket,
            HttpConnection connection,
            Channel channel,
            Peer peer,
            Optional<Grant> ofConnection) {
        WebSocketWire wire = new WebSocketWire(socket, channel, peer, metrics, drops, loop, turns);
        Conversation conversation = conversations.begin(wire, peer, ofConnection);
        AuthSocket authSocket = new AuthSocket(wire, conversation, peer.network(), connection);
        open.add(authSocket);
        Loop.Timer identify = loop.after(limits.identify(), authSocket::requireKnown);
        socket.frameHandler(frame -> authSocket.frame(frame, loop.steady()));
        socket.pongHandler(pong -> authSocket.pong(loop.steady()));
        socket.exceptionHandler(failure -> {
            if (failure instanceof CorruptedWebSocketFrameException violation) {
                wire.close((short) violation.closeStatus().code(), "protocol violation");
            }
            LOG.log(Level.DEBUG, "socket of {0}: {1}", peer.address(), failure.toString());
        });
        socket.closeHandler(closed -> {
            identify.cancel();
            open.remove(authSocket);
            conversations.end(conversation);
        });
    }

    private void tickAgain() {
        loop.after(limits.ping(), () -> {
            List.copyOf(open).forEach(socket -> socket.tick(loop.steady()));
            tickAgain();
        });
    }

    /**
     * One open socket: assembles messages for its {@link Conversation}, counts them, and watches that the client is still there.
     */
    private final class AuthSocket {
        private final WebSocketWire wire;
        private final Conversation conversation;
        private final String network;
        private final HttpConnection connection;
        private final Instant openedAt = loop.steady();
        private final MessageAssembler assembler = new MessageAssembler(MOST_MESSAGE_BYTES);

        private Instant heardAt = openedAt;
        private Instant minuteBegan = openedAt;
        private int messages;

        AuthSocket(WebSocketWire wire, Conversation conversation, String network, HttpConnection connection) {
            this.wire = wire;
            this.conversation = conversation;
            this.network = network;
            this.connection = connection;
        }

        boolean isKnown() {
            return conversation.isKnown();
        }

        boolean isOf(String otherNetwork) {
            return network.equals(otherNetwork);
        }

        boolean isOf(Owner owner) {
            return conversation.owner().filter(owner::equals).isPresent();
        }

        /** Closes a socket whose client has not identified itself. */
        void dismiss() {
            open.remove(this);
            wire.close(NOT_ALLOWED, "no access key came");
        }

        /** To be called when the client has had time enough to identify itself. */
        void requireKnown() {
            if (isKnown()) {
                Connections.knows(connection);
            } else {
                dismiss();
            }
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
            if (!mayBeHeard()) {
                return;
            }
            boolean wasKnown = isKnown();
            message.text()
                    .ifPresentOrElse(
                            conversation::hear,
                            () -> conversation.complain(new Problem(Reason.BAD_MESSAGE, message.fault())));
            if (!wasKnown && isKnown()) {
                Connections.knows(connection);
                requireRoomForOwner();
            }
        }

        /** A client that identifies itself in a message has no more room than one that does so when it connects. */
        private void requireRoomForOwner() {
            if (conversation
                    .owner()
                    .filter(owner -> count(owner) > limits.ofOwner())
                    .isPresent()) {
                refusals.happened();
                conversation.complain(BUSY);
                wire.close(TRY_AGAIN_LATER, "too many pages");
            }
        }

        /** Counts a message, before anything in it is read; a client that goes on sending above the limit is disconnected. */
        private boolean mayBeHeard() {
            Instant now = loop.steady();
            if (isOver(minuteBegan, now, MINUTE)) {
                minuteBegan = now;
                messages = 0;
            }
            messages++;
            if (messages > limits.messages()) {
                conversation.complain(new Problem(
                        Reason.RATE_LIMITED,
                        "More than " + limits.messages() + " messages came in a minute. Wait a minute, then try again.",
                        Optional.of(Duration.between(now, minuteBegan.plus(MINUTE)))));
            }
            if (messages > limits.messages() + MOST_COMPLAINTS) {
                wire.close(NOT_ALLOWED, "too many messages");
            }
            return messages <= limits.messages();
        }

        /** The client answered a ping. */
        void pong(Instant now) {
            heardAt = now;
        }

        /** Pings the client, and disconnects one that sends nothing, does not read, or is nobody known any more. */
        void tick(Instant now) {
            Duration idle = limits.idle();
            if (wire.isBehind()) {
                // Nothing is read from it meanwhile, so its silence means nothing.
                heardAt = now;
                if (isOver(wire.progressAt(), now, idle)) {
                    wire.dropSlow();
                }
            } else if (isOver(heardAt, now, idle)) {
                wire.dropIdle();
            } else if (!isKnown() && isOver(openedAt, now, idle)) {
                dismiss();
            } else {
                wire.ping();
            }
        }

        private boolean isOver(Instant since, Instant now, Duration limit) {
            return Duration.between(since, now).compareTo(limit) >= 0;
        }
    }
}
