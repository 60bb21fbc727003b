package dev.authbridge.login;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The address of the sign-in page, as the sign-in program made it for one login.
 *
 * <p>People open it in their browsers, so a program may only report an address that it has recognized as its vendor's own
 * authorization endpoint.
 *
 * @param value the address, exactly as the program shows it
 * @param state the OAuth {@code state} of this login; empty if the address does not show it
 */
public record AuthorizationUrl(String value, Optional<String> state) {
    /** @throws IllegalArgumentException for anything but an https address with a host */
    public AuthorizationUrl {
        if (host(value).isEmpty()) {
            throw new IllegalArgumentException("an authorization URL is an https address with a host");
        }
    }

    private static Optional<String> host(String address) {
        try {
            URI uri = new URI(address);
            return Optional.ofNullable(uri.getHost()).filter(host -> "https".equals(uri.getScheme()));
        } catch (URISyntaxException e) {
            // The exception's message would repeat the address.
            return Optional.empty();
        }
    }

    /** Only the host, since anyone who has the whole URL could sign in to this login. */
    @Override
    public String toString() {
        return "AuthorizationUrl[" + host(value).orElseThrow() + "]";
    }
}
