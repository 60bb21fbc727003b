package dev.authbridge.core;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address, equal to every other spelling of itself: an IPv4 address that is mapped into IPv6
 * ({@code ::ffff:192.0.2.1}) is that IPv4 address, and a zone ({@code %eth0}) is dropped.
 */
public record IpAddress(InetAddress address) {
    private static final int LONGEST_LITERAL = 45;
    private static final int GROUPS = 8;
    private static final Pattern IPV4 = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}");
    /** It begins with a digit or colon and has a second colon, which keeps the JDK from looking it up as a name. */
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]*");

    /** Reads a literal address; empty for anything else. No name is looked up. */
    public static Optional<IpAddress> parse(String text) {
        int zone = text.indexOf('%');
        String literal = zone < 0 ? text : text.substring(0, zone);
        if (literal.length() > LONGEST_LITERAL
                || !IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new IpAddress(InetAddress.getByName(literal)));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    public boolean isLoopback() {
        return address.isLoopbackAddress();
    }

    /**
     * The network by which clients are counted: the address, or for IPv6 its /64, since one customer has all of a /64. The
     * loopback address is alone.
     */
    public String network() {
        if (address instanceof Inet4Address || isLoopback()) {
            return toString();
        }
        byte[] prefix = address.getAddress();
        for (int at = GROUPS; at < prefix.length; at++) {
            prefix[at] = 0;
        }
        return compressed(prefix) + "/64";
    }

    /** Whether the first bits are those of the other address. */
    public boolean startsAs(IpAddress other, int bits) {
        byte[] own = address.getAddress();
        byte[] others = other.address.getAddress();
        if (own.length != others.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((own[bit / 8] & mask) != (others[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** 32 or 128. */
    public int bits() {
        return address.getAddress().length * 8;
    }

    /** The usual spelling; that of IPv6 is defined in RFC 5952. */
    @Override
    public String toString() {
        return address instanceof Inet4Address ? address.getHostAddress() : compressed(address.getAddress());
    }

    /** Writes the first of the longest runs of at least two zero groups as {@code ::}. */
    private static String compressed(byte[] bytes) {
        int[] groups = new int[GROUPS];
        for (int at = 0; at < GROUPS; at++) {
            groups[at] = (bytes[2 * at] & 0xFF) << 8 | bytes[2 * at + 1] & 0xFF;
        }
        int from = 0;
        int longest = 1;
        for (int at = 0; at < GROUPS; at++) {
            int end = at;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - at > longest) {
                from = at;
                longest = end - at;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < GROUPS; at++) {
            if (longest > 1 && at == from) {
                text.append("::");
                at += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[at]));
            }
        }
        return text.toString();
    }
}
