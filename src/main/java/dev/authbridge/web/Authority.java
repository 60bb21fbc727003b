package dev.authbridge.web;

import dev.authbridge.core.IpAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host and port in a Host header or URL (RFC 3986, 3.2). Unlike {@link java.net.URI}, it accepts names with an underscore, which
 * browsers open, and which the machines of many networks have.
 *
 * @param host in lower case; an IPv6 address in its brackets
 * @param port −1 if none is given
 */
record Authority(String host, int port) {
    private static final Pattern PATTERN =
            Pattern.compile("(\\[[0-9a-f:.]{2,45}\\]|[a-z0-9._-]{1,253})(?::([0-9]{0,5}))?");
    private static final int HIGHEST_PORT = 65_535;

    /** Empty for anything else, such as an authority with a user. */
    static Optional<Authority> parse(String text) {
        Matcher parts = PATTERN.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        Authority authority = new Authority(
                parts.group(1),
                parts.group(2) == null || parts.group(2).isEmpty() ? -1 : Integer.parseInt(parts.group(2)));
        boolean noAddress =
                authority.host.startsWith("[") && authority.address().isEmpty();
        return noAddress || authority.port > HIGHEST_PORT ? Optional.empty() : Optional.of(authority);
    }

    /** The address, if the host is a literal one and no name. */
    Optional<IpAddress> address() {
        return IpAddress.parse(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    }

    /** The host without what does not tell hosts apart: a literal address in its usual spelling, a name without the dot at its end. */
    String name() {
        return address()
                .map(IpAddress::toString)
                .orElseGet(() -> host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    }
}
