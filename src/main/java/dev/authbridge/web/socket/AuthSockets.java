package dev.authbridge.web.socket;

import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Tickets;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.Conversation;
import dev.authbridge.gateway.Grant;
import dev.authbridge.gateway.KeyGrant;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.web.Client;
import dev.authbridge.web.Replies;
import dev.authbridge.web.Requests;
import dev.authbridge.web.ops.Metrics;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Future;
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

/** Opens sockets and looks after those that are open. Confined to the login loop. */
public final class AuthSockets {
    private static final Logger LOG = System.getLogger(AuthSockets.class.getName());
    private static final short RESTARTING = 1012;

    /** So that the link on a page that stays open is never too old. */
    private static final Duration FRESH_LINK_EACH = Tickets.LIFETIME.minusMinutes(2);

    private final Loop timers;
    private final Requests requests;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final Chats chats;
    private final Metrics metrics;
    private final Limits limits;
    private final Set<AuthSocket> open = new LinkedHashSet<>();
    private final RefusalLog refusals;
    private final Warmth warmth;
    private boolean ending;

    /**
     * @param most that are open at once
     * @param ping how often each is pinged
     * @param idle after how long without a sign of life it is closed; also how long it may take to say who it is
     */
    public record Limits(int most, Duration ping, Duration idle) {
        public static final Limits USUAL = new Limits(512, Duration.ofSeconds(20), Duration.ofSeconds(60));
    }

    public AuthSockets(
            Loop timers,
            Requests requests,
            Doorkeeper doorkeeper,
            LoginDesk desk,
            Chats chats,
            Metrics metrics,
            Limits limits) {
        this.timers = timers;
        this.requests = requests;
        this.doorkeeper = doorkeeper;
        this.desk = desk;
        this.chats = chats;
        this.metrics = metrics;
        this.limits = limits;
        this.refusals = new RefusalLog("WebSockets", limits.most(), timers);
        this.warmth = new Warmth(timers, desk, () -> open.stream()
                .anyMatch(socket -> socket.conversation().mayStartSoon()));
        tickAgain();
        refreshAgain();
    }

    public int count() {
        return open.size();
    }

    /** The most that waits at one socket, in bytes. */
    public int mostWaiting() {
        return open.stream().mapToInt(AuthSocket::waiting).max().orElse(0);
    }

    /** Says what whoever asks for a socket may do; empty for who will say later. */
    @FunctionalInterface
    public interface Entrance {
        Optional<Grant> of(HttpServerRequest request, Client client) throws Refusal;
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
        Optional<Grant> ofConnection;
        try {
            requests.requireAllowedOrigin(request);
            ofConnection = entrance.of(request, client);
        } catch (Refusal e) {
            Replies.problem(context, e.problem());
            return;
        }
        Channel channel = ((HttpServerConnection) request.connection())
                .channelHandlerContext()
                .channel();
        request.toWebSocket()
                .onSuccess(socket -> opened(socket, channel, client, ofConnection))
                .onFailure(failure -> LOG.log(Level.DEBUG, "no WebSocket for {0}", client.address()));
    }

    /** Says goodbye to all; each comes back by itself and asks for the state. */
    public Future<Void> end(Problem why) {
        ending = true;
        List.copyOf(open).forEach(socket -> socket.end(why, RESTARTING));
        return Future.succeededFuture();
    }

    /** Tells those whose key or session is good no more, and nothing more after that. */
    public void recheck() {
        List.copyOf(open).forEach(socket -> socket.conversation().recheck());
    }

    /** Tells the owner's pages the state again: something beside the login changed. */
    public void refresh(Owner owner) {
        List.copyOf(open).forEach(socket -> socket.conversation().refresh(owner));
    }

    /** By key or session, as everywhere. */
    public Optional<Grant> byKey(HttpServerRequest request, Client client) throws Refusal {
        return doorkeeper.byRequest(request, client).map(key -> new KeyGrant(key, doorkeeper, desk));
    }

    private void opened(ServerWebSocket socket, Channel channel, Client client, Optional<Grant> ofConnection) {
        WebSocketWire wire = new WebSocketWire(socket, channel, client, metrics, timers);
        Conversation conversation = new Conversation(wire, client, doorkeeper, desk, chats, warmth::changed);
        AuthSocket authSocket = new AuthSocket(wire, conversation, timers.now());
        open.add(authSocket);
        ofConnection.ifPresent(conversation::know);
        socket.frameHandler(frame -> authSocket.frame(frame, timers.now()));
        socket.pongHandler(pong -> authSocket.pong(timers.now()));
        socket.exceptionHandler(failure -> {
            if (failure instanceof CorruptedWebSocketFrameException violation) {
                wire.close((short) violation.closeStatus().code(), "protocol violation");
            }
            LOG.log(Level.DEBUG, "socket of {0}: {1}", client.address(), failure.toString());
        });
        socket.closeHandler(closed -> {
            open.remove(authSocket);
            conversation.leave();
            warmth.changed();
        });
    }

    private void tickAgain() {
        timers.after(limits.ping(), () -> {
            List.copyOf(open).forEach(socket -> socket.tick(timers.now(), limits.idle()));
            tickAgain();
        });
    }

    private void refreshAgain() {
        timers.after(FRESH_LINK_EACH, () -> {
            List.copyOf(open).forEach(socket -> socket.conversation().refresh());
            refreshAgain();
        });
    }
}
