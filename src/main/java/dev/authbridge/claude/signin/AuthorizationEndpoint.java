package dev.authbridge.claude.signin;

import dev.authbridge.login.AuthorizationUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Recognizes the addresses of the vendor's authorization endpoint among all that a program may show: https, a known host, no
 * user info, no port, no fragment, an authorize path with a query. Nothing else is ever offered to a browser.
 */
public final class AuthorizationEndpoint {
    private static final Set<String> HOSTS =
            Set.of("claude.ai", "claude.com", "platform.claude.com", "console.anthropic.com");
    private static final int LONGEST = 2_000;

    private AuthorizationEndpoint() {}

    /** Parses an address; empty unless it leads to the authorization endpoint. */
    public static Optional<AuthorizationUrl> parse(String text) {
        if (text.length() > LONGEST || !text.chars().allMatch(character -> character > ' ' && character < 0x7F)) {
            return Optional.empty();
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        boolean known = "https".equals(uri.getScheme())
                && uri.getRawUserInfo() == null
                && uri.getPort() == -1
                && uri.getHost() != null
                && uri.getRawAuthority().equals(uri.getHost())
                && HOSTS.contains(uri.getHost())
                && uri.getRawPath() != null
                && uri.getRawPath().endsWith("/oauth/authorize")
                && uri.getRawQuery() != null
                && !uri.getRawQuery().isEmpty()
                && uri.getRawFragment() == null;
        return known ? Optional.of(new AuthorizationUrl(text, parameter(uri, "state"))) : Optional.empty();
    }

    /** The value of a parameter in the query, decoded; empty if it is missing, empty or not decodable. */
    static Optional<String> parameter(URI uri, String name) {
        if (uri.getRawQuery() == null) {
            return Optional.empty();
        }
        for (String pair : uri.getRawQuery().split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(name)) {
                return decoded(pair.substring(equals + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8)).filter(value -> !value.isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
