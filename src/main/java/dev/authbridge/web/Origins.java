package dev.authbridge.web;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The origins whose pages may use this server: its own, which follows from a request's Host header, and those of
 * {@code CLAUDE_AUTH_ORIGINS}.
 *
 * @param further the configured ones as browsers write them: {@code scheme://host}, and the port unless it is the
 *     scheme's default
 */
public record Origins(Set<String> further) {
    private static final Pattern ORIGIN = Pattern.compile("(?i)(https?)://([^/]+)/?");

    public Origins {
        further = Set.copyOf(further);
    }

    /** Reads an origin as people write it; empty for anything else, including {@code *} and {@code null}. */
    public static Optional<String> parse(String text) {
        Matcher parts = ORIGIN.matcher(text.strip());
        return parts.matches()
                ? Authority.parse(parts.group(2))
                        .map(authority -> of(parts.group(1).toLowerCase(Locale.ROOT), authority))
                : Optional.empty();
    }

    /**
     * Whether a page of this origin may connect.
     *
     * @param origin the Origin header
     * @param scheme the scheme by which the request came
     * @param host the Host header
     */
    boolean allow(String origin, String scheme, String host) {
        return isFurther(origin) || isOwn(origin, scheme, host);
    }

    boolean isFurther(String origin) {
        return further.contains(origin);
    }

    boolean isOwn(String origin, String scheme, String host) {
        return host.indexOf('/') < 0
                && parse(scheme + "://" + host)
                        .filter(own -> own.equals(origin))
                        .isPresent();
    }

    /** The configured origins in a fixed order, for headers. */
    List<String> sorted() {
        return List.copyOf(new TreeSet<>(further));
    }

    private static String of(String scheme, Authority authority) {
        boolean usual = authority.port() == -1 || authority.port() == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + authority.host() + (usual ? "" : ":" + authority.port());
    }
}
