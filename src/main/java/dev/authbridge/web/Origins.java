package dev.authbridge.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The origins whose pages may use this server: its own, which follows from a request's Host header, and those of
 * {@code CLAUDE_AUTH_ORIGINS}.
 *
 * @param further the configured ones as browsers write them: {@code scheme://host}, and the port unless it is the
 *     scheme's default
 */
public record Origins(Set<String> further) {
    public Origins {
        further = Set.copyOf(further);
    }

    /** Reads an origin as people write it; empty for anything else, including {@code *} and {@code null}. */
    public static Optional<String> parse(String text) {
        try {
            URI uri = new URI(text.strip().toLowerCase(Locale.ROOT));
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            if (!web || !bare || uri.getHost() == null || uri.getPort() > 65_535) {
                return Optional.empty();
            }
            return Optional.of(of(uri.getScheme(), uri.getHost(), uri.getPort()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
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

    private static String of(String scheme, String host, int port) {
        boolean usual = port == -1 || port == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + host + (usual ? "" : ":" + port);
    }
}
