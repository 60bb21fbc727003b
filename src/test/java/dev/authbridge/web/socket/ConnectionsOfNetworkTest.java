package dev.authbridge.web.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.IpAddress;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.web.ops.Metrics;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many connections one network may have. Over real sockets, all tests come from loopback, which has no such limit. */
class ConnectionsOfNetworkTest {
    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final IpAddress proxy = IpAddress.parse("10.0.0.9").orElseThrow();
    private final Connections connections =
            new Connections(new Connections.Limits(1_000, 64), proxy::equals, new Metrics(), loop);

    /** A connection that comes from this address. */
    private EmbeddedChannel from(String address) {
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(address, 40_000);
            }
        };
        channel.pipeline().addFirst(connections.handler());
        channel.pipeline().fireChannelActive();
        return channel;
    }

    private List<EmbeddedChannel> many(int count, String prefix) {
        List<EmbeddedChannel> many = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            many.add(from(prefix.replace("N", Integer.toString(number))));
        }
        return many;
    }

    @Test
    void theSixtyFifthOfOneAddressReplacesTheOldestOfThisAddress() {
        EmbeddedChannel neighbour = from("203.0.113.8");
        List<EmbeddedChannel> many = many(64, "203.0.113.7");
        assertTrue(many.stream().allMatch(EmbeddedChannel::isOpen));
        EmbeddedChannel next = from("203.0.113.7");
        assertTrue(next.isOpen());
        assertFalse(many.get(0).isOpen());
        assertTrue(many.get(1).isOpen());
        assertTrue(neighbour.isOpen());
        assertEquals(65, connections.open());
        many.get(1).close();
        from("203.0.113.7");
        assertTrue(many.get(2).isOpen(), "there was room again");
    }

    @Test
    void whatIsKnownIsKept() {
        List<EmbeddedChannel> many = many(64, "203.0.113.7");
        for (EmbeddedChannel known : many) {
            known.pipeline().get(OpenConnection.class).knows();
        }
        assertTrue(from("203.0.113.7").isOpen(), "one that awaits nothing is closed");
        assertFalse(many.get(0).isOpen());
        assertTrue(from("203.0.113.7").isOpen());
        assertTrue(many.get(1).isOpen(), "strangers replace each other");
    }

    @Test
    void anIpv6CustomerHasOneShare() {
        List<EmbeddedChannel> many = many(65, "2001:db8:0:1::N");
        assertFalse(many.get(0).isOpen());
        assertTrue(many.get(64).isOpen());
        List<EmbeddedChannel> others = many(64, "2001:db8:0:2::N");
        assertTrue(others.stream().allMatch(EmbeddedChannel::isOpen));
    }

    @Test
    void aProxyHasNoShareOfItsOwn() {
        assertTrue(many(500, "10.0.0.9").stream().allMatch(EmbeddedChannel::isOpen));
    }
}
