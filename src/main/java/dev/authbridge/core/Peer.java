package dev.authbridge.core;

import java.util.Objects;

/**
 * The other end of a connection, as far as the server can see it. The page shows it to the person who is asked for a
 * login's code, so that they can tell whether they started that login themselves (RFC 10027).
 *
 * @param address the network address that the request came from
 * @param device browser and system, as the client says; only shown, never trusted
 */
public record Peer(String address, String device) {
    public Peer {
        Objects.requireNonNull(address);
        Objects.requireNonNull(device);
    }

    /** The network by which wrong keys are counted, see {@link IpAddress#network}. */
    public String network() {
        return IpAddress.parse(address).map(IpAddress::network).orElse(address);
    }
}
