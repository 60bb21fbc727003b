package dev.authbridge.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The origins whose pages may use this server: its own, which is what a request's Host header says, and those of the
 * configuration.
 *
 * @param further as a browser writes them, {@code scheme://host} and the port where it is not the scheme's own
 */
public record Origins(Set<String> further) {
    public Origins {
        further = Set.copyOf(further);
    }

    /** Reads one origin as people write it; empty for anything else, {@code *} and {@code null} included. */
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
     * @param scheme that this request came by
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

    /** In a fixed order, for headers. */
    List<String> sorted() {
        return List.copyOf(new TreeSet<>(further));
    }

    private static String of(String scheme, String host, int port) {
        boolean usual = port == -1 || port == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + host + (usual ? "" : ":" + port);
    }
}
