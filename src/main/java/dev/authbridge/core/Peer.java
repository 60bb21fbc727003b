package dev.authbridge.core;

import java.util.List;
import java.util.Objects;

/**
 * The other end of a connection, as far as it can be told from outside. It is shown to whoever is asked for the code of a
 * login that was started from there: a code is given to nobody else (RFC 10027).
 *
 * @param address the network address that the request came from
 * @param device the browser's or program's own description, shortened; never trusted, only shown
 */
public record Peer(String address, String device) {
    public Peer {
        Objects.requireNonNull(address);
        Objects.requireNonNull(device);
    }

    /** What wrong keys are counted by: the address, or the /64 of an IPv6 address, since a customer has all of those. */
    public String network() {
        int zone = address.indexOf('%');
        String bare = zone < 0 ? address : address.substring(0, zone);
        String[] groups = bare.split(":", -1);
        boolean whole = groups.length == 8 && !bare.contains("::");
        return whole ? String.join(":", List.of(groups).subList(0, 4)) + "::/64" : bare;
    }
}
