package dev.authbridge.web;

import dev.authbridge.core.IpAddress;
import java.util.Optional;
import java.util.Set;

/**
 * The names under which browsers may ask this server. A page of another name that lets its name resolve to the address of this
 * server (DNS rebinding) would count as the server's own page, since its Origin agrees with its Host.
 *
 * @param further besides the loopback names: those of {@code CLAUDE_AUTH_HOSTS}, {@code CLAUDE_AUTH_HOST} and
 *     {@code CLAUDE_AUTH_ORIGINS}, as {@link #parse} returns them
 * @param anyAddress whether any literal address may stand for this server, because it listens on all of its machine's. A page
 *     that was loaded from an address has no name that could resolve to another one.
 */
public record Hosts(Set<String> further, boolean anyAddress) {
    public Hosts {
        further = Set.copyOf(further);
    }

    /** Reads a name or literal address as people write it; empty for anything else, including one with a port. */
    public static Optional<String> parse(String text) {
        return IpAddress.parse(text).map(IpAddress::toString).or(() -> Authority.parse(text)
                .filter(authority -> authority.port() < 0 && !text.endsWith(":"))
                .map(Authority::name)
                .filter(name -> !name.isEmpty()));
    }

    /** The host of an origin that {@link Origins#parse} has read. */
    public static String of(String origin) {
        return Authority.parse(origin.substring(origin.indexOf("//") + 2))
                .orElseThrow()
                .name();
    }

    /**
     * Whether a name or literal address stands for the machine that uses it. No name is looked up.
     *
     * @param name as {@link #parse} returns it
     */
    static boolean isLoopback(String name) {
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || IpAddress.parse(name).filter(IpAddress::isLoopback).isPresent();
    }

    /** @param certified the names in the server's certificate; browsers let no other server have them */
    boolean know(Authority host, Set<String> certified) {
        String name = host.name();
        Optional<IpAddress> address = host.address();
        return isLoopback(name)
                || anyAddress && address.isPresent()
                || further.contains(name)
                || certified.contains(name)
                || address.isEmpty() && certified.contains("*" + name.substring(Math.max(name.indexOf('.'), 0)));
    }
}
