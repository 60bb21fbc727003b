package dev.authbridge.web.socket;

import dev.authbridge.core.CountedLog;
import dev.authbridge.core.IpAddress;
import dev.authbridge.core.Loop;
import dev.authbridge.web.ops.Metrics;
import io.netty.channel.ChannelHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The open connections, WebSockets and unfinished TLS handshakes included. Confined to the event loop.
 *
 * <p>When as many are open as there may be, a new one is still accepted, and another one is closed instead: the one that is worth
 * least ({@link OpenConnection.Worth}), and of several the one that has been silent for longest. So whoever opens many
 * connections and says nothing loses them to whoever comes and speaks, such as a monitor or a page that is signed in.
 */
public final class Connections {
    private final Limits limits;
    private final Predicate<IpAddress> shared;
    private final Metrics metrics;
    private final Loop loop;
    private final CountedLog refusals;
    private final CountedLog ofNetworks;

    /** Those of nobody known, and those of somebody known; in each, the one that has been silent for longest comes first. */
    private final Set<OpenConnection> strangers = new LinkedHashSet<>();

    private final Set<OpenConnection> known = new LinkedHashSet<>();
    private final Map<String, Set<OpenConnection>> ofNetwork = new HashMap<>();

    /**
     * @param most how many may be open at once
     * @param ofNetwork how many of one address, or for IPv6 of one /64
     */
    public record Limits(int most, int ofNetwork) {}

    /** @param shared whether many clients come from this address, so that there is no limit on its connections */
    public Connections(Limits limits, Predicate<IpAddress> shared, Metrics metrics, Loop loop) {
        this.limits = limits;
        this.shared = shared;
        this.metrics = metrics;
        this.loop = loop;
        this.refusals = new CountedLog(
                "closed {0} connections so that others had room: " + limits.most()
                        + " are open, which is the limit (CLAUDE_AUTH_MAX_CONNECTIONS)",
                loop);
        this.ofNetworks = new CountedLog(
                "closed {0} connections, because there were more than " + limits.ofNetwork() + " from one address",
                loop);
    }

    /** How many connections are open. */
    public int open() {
        return strangers.size() + known.size();
    }

    /** Makes the handler that a new connection begins with; may be called from any thread. */
    public ChannelHandler handler() {
        return new OpenConnection(this, loop);
    }

    /** To be called when Vert.x has made an HTTP connection of it, which is after the TLS handshake. */
    public void opened(HttpConnection connection) {
        of(connection).ifPresent(OpenConnection::speaksHttp);
    }

    /** Marks the connection as that of somebody who has shown a key, or something else that only somebody known can have. */
    public static void knows(HttpConnection connection) {
        of(connection).ifPresent(OpenConnection::knows);
    }

    /** Marks the connection as a WebSocket. */
    static void becomesSocket(HttpConnection connection) {
        of(connection).ifPresent(OpenConnection::becomesSocket);
    }

    private static Optional<OpenConnection> of(HttpConnection connection) {
        return Optional.ofNullable(((HttpServerConnection) connection)
                .channelHandlerContext()
                .pipeline()
                .get(OpenConnection.class));
    }

    /** Counts a new connection, if there is room or can be made. */
    boolean admit(OpenConnection newcomer) {
        Set<OpenConnection> neighbours = ofNetwork.getOrDefault(newcomer.network(), Set.of());
        boolean limited = newcomer.address().filter(shared.negate()).isPresent();
        boolean room = true;
        if (limited && neighbours.size() >= limits.ofNetwork()) {
            ofNetworks.happened();
            room = makeRoom(neighbours);
        }
        if (room && open() >= limits.most()) {
            refusals.happened();
            room = makeRoom(strangers) || makeRoom(known);
        }
        if (room) {
            strangers.add(newcomer);
            ofNetwork
                    .computeIfAbsent(newcomer.network(), first -> new LinkedHashSet<>())
                    .add(newcomer);
        } else {
            metrics.socketDropped("too_many_connections");
        }
        return room;
    }

    /** Closes the connection that is worth least, unless all are worth much. */
    private boolean makeRoom(Set<OpenConnection> among) {
        OpenConnection least = null;
        for (OpenConnection candidate : among) {
            if (least == null || candidate.worth().compareTo(least.worth()) < 0) {
                least = candidate;
            }
            if (least.worth() == OpenConnection.Worth.NOTHING) {
                break;
            }
        }
        if (least == null || least.worth() == OpenConnection.Worth.MUCH) {
            return false;
        }
        drop(least, "too_many_connections");
        return true;
    }

    /** Closes a connection at once. */
    void drop(OpenConnection connection, String cause) {
        metrics.socketDropped(cause);
        left(connection);
        connection.cut();
    }

    /** The connection is closed; does nothing if it was not counted any more. */
    void left(OpenConnection connection) {
        strangers.remove(connection);
        known.remove(connection);
        ofNetwork.computeIfPresent(connection.network(), (network, neighbours) -> {
            neighbours.remove(connection);
            return neighbours.isEmpty() ? null : neighbours;
        });
    }

    /** The connection was used: it is the last one that counts as silent, and may be that of somebody else now. */
    void changed(OpenConnection connection) {
        boolean counted = strangers.remove(connection) | known.remove(connection);
        if (counted) {
            (connection.isKnown() ? known : strangers).add(connection);
        }
    }
}
