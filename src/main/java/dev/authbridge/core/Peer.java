package dev.authbridge.core;

import java.util.List;
import java.util.Objects;

/**
 * The other end of a connection, as far as the server can see it. The page shows it to the person who is asked for a
 * login's code, so that they can tell whether they started that login themselves (RFC 10027).
 *
 * @param address the network address that the request came from
 * @param device what the browser or program says that it is, shortened; only shown, never trusted
 */
public record Peer(String address, String device) {
    public Peer {
        Objects.requireNonNull(address);
        Objects.requireNonNull(device);
    }

    /** The network by which wrong keys are counted: the address, or for IPv6 its /64, since one customer has all of a /64. */
    public String network() {
        int zone = address.indexOf('%');
        String bare = zone < 0 ? address : address.substring(0, zone);
        String[] groups = bare.split(":", -1);
        boolean whole = groups.length == 8 && !bare.contains("::");
        return whole ? String.join(":", List.of(groups).subList(0, 4)) + "::/64" : bare;
    }
}
