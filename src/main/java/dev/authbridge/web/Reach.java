package dev.authbridge.web;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether another device can open an address of this server.
 *
 * @param loopbackOnly whether nothing but its own machine reaches it
 */
record Reach(boolean loopbackOnly) {
    static Reach of(AuthServer.Settings settings) {
        boolean plain = settings.tls().isEmpty() || isLoopback(settings.host());
        return new Reach(plain && !settings.behindProxy());
    }

    /** What stands in the way of a device that opens the address which this client uses, with what to do about it. */
    Optional<String> obstacle(Client client) {
        if (loopbackOnly) {
            return Optional.of(
                    "Only its own machine reaches this server. Its administrator has to give it a certificate"
                            + " (CLAUDE_AUTH_TLS_CERT, CLAUDE_AUTH_TLS_KEY) and an address (CLAUDE_AUTH_HOST), or put a proxy in"
                            + " front of it and set CLAUDE_AUTH_BEHIND_PROXY=true.");
        }
        String host = client.host().replaceFirst(":[0-9]*$", "");
        if (isLoopback(host)) {
            return Optional.of("Another device cannot open the address of this page, " + host + ". Open the page under"
                    + " the name that this server has in the network; a proxy in front of it has to pass Host on.");
        }
        return Optional.empty();
    }

    /** Whether the name or literal address means the machine that uses it; no name is looked up. */
    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$|\\.$", "");
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return true;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(name);
        try {
            InetAddress address = bytes == null ? null : InetAddress.getByAddress(bytes);
            return address != null && (address.isLoopbackAddress() || address.isAnyLocalAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
