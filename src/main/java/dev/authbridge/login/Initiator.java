package dev.authbridge.login;

import java.util.Objects;

/**
 * Who started a login, as shown to whoever is asked for its code: a code is given to nobody else (RFC 10027).
 *
 * @param address the network address that the start came from
 * @param device the browser's or program's own description, shortened; never trusted, only shown
 */
public record Initiator(String address, String device) {
    public Initiator {
        Objects.requireNonNull(address);
        Objects.requireNonNull(device);
    }
}
