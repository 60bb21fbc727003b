package dev.authbridge.web;

import dev.authbridge.core.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies whose forwarded headers are believed, {@code CLAUDE_AUTH_TRUSTED_PROXIES}.
 *
 * <p>Each proxy appends the address of whoever connected to it, in the last line or in a line of its own, behind what the client
 * may have sent. So the addresses are read from the right, as long as they are those of trusted proxies: the first other one is
 * the client's. {@code Forwarded} (RFC 7239) is not read at all, because the usual proxies neither set nor remove it, so that it
 * is the client that writes it.
 */
public record TrustedProxies(List<Range> ranges) {
    /** The default. */
    public static final TrustedProxies LOOPBACK = new TrustedProxies(List.of(loopback("127.0.0.0/8"), loopback("::1")));

    /** Nobody is believed. */
    static final TrustedProxies NONE = new TrustedProxies(List.of());

    /** Traefik says {@code wss} for a WebSocket, although the Origin that comes with it says {@code https}. */
    private static final Map<String, String> SCHEMES =
            Map.of("https", "https", "http", "http", "wss", "https", "ws", "http");

    /** How many proxies a request may have passed; what is left of them is not read, however long the headers are. */
    private static final int MOST_HOPS = 16;

    /** The addresses that begin with the same bits. */
    public record Range(IpAddress first, int bits) {
        /**
         * Reads an address or a CIDR block such as {@code 10.0.0.0/8}; empty for anything else, and for a block of all addresses:
         * if everybody is a proxy, the client's address is whatever it says.
         */
        public static Optional<Range> parse(String text) {
            int slash = text.indexOf('/');
            Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
            if (slash < 0) {
                return address.map(only -> new Range(only, only.bits()));
            }
            String bits = text.substring(slash + 1);
            return address.filter(first -> bits.matches("[1-9][0-9]{0,2}") && Integer.parseInt(bits) <= first.bits())
                    .map(first -> new Range(first, Integer.parseInt(bits)));
        }
    }

    /**
     * Where a request came from.
     *
     * @param scheme by which the client sent it, according to the proxy that the client connected to; empty if no proxy says it
     */
    record Source(IpAddress address, Optional<String> scheme) {}

    public TrustedProxies {
        ranges = List.copyOf(ranges);
    }

    boolean contain(IpAddress address) {
        return ranges.stream().anyMatch(range -> address.startsAs(range.first(), range.bits()));
    }

    /**
     * @param peer the other end of the connection; if it is not a trusted proxy, the headers count for nothing
     * @param forwardedFor all lines of {@code X-Forwarded-For}
     * @param forwardedProto all lines of {@code X-Forwarded-Proto}; each proxy that appends to one list appends to the other, so the
     *     scheme is as far from the right as the address, or the leftmost one if there are fewer
     */
    Source sourceOf(IpAddress peer, List<String> forwardedFor, List<String> forwardedProto) {
        if (!contain(peer)) {
            return new Source(peer, Optional.empty());
        }
        IpAddress client = peer;
        int hops = 0;
        for (String element : lastFirst(forwardedFor)) {
            Optional<IpAddress> address = contain(client) ? address(element) : Optional.empty();
            if (address.isEmpty()) {
                break;
            }
            client = address.get();
            hops++;
        }
        List<String> schemes = lastFirst(forwardedProto);
        int at = Math.min(Math.max(hops - 1, 0), schemes.size() - 1);
        return new Source(
                client,
                at < 0
                        ? Optional.empty()
                        : Optional.ofNullable(SCHEMES.get(schemes.get(at).toLowerCase(Locale.ROOT))));
    }

    /** Reads an element of {@code X-Forwarded-For}: an address, to which some proxies add the port, and brackets for IPv6. */
    private static Optional<IpAddress> address(String element) {
        if (element.startsWith("[")) {
            int end = element.indexOf(']');
            return end > 0 && element.substring(end + 1).matches("(:[0-9]{1,5})?")
                    ? IpAddress.parse(element.substring(1, end))
                    : Optional.empty();
        }
        int colon = element.indexOf(':');
        boolean port = colon > 0 && element.substring(colon + 1).matches("[0-9]{1,5}") && element.indexOf('.') > 0;
        return IpAddress.parse(port ? element.substring(0, colon) : element);
    }

    /** The elements of a header that is a list, the last one of the last line first, up to {@link #MOST_HOPS}. */
    private static List<String> lastFirst(List<String> lines) {
        List<String> elements = new ArrayList<>();
        for (int line = lines.size() - 1; line >= 0; line--) {
            String text = lines.get(line);
            for (int end = text.length(); end >= 0 && elements.size() < MOST_HOPS; ) {
                int comma = text.lastIndexOf(',', end - 1);
                String element = text.substring(comma + 1, end).strip();
                if (!element.isEmpty()) {
                    elements.add(element);
                }
                end = comma;
            }
        }
        return elements;
    }

    private static Range loopback(String text) {
        return Range.parse(text).orElseThrow();
    }
}
