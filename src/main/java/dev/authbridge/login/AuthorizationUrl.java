package dev.authbridge.login;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The address of the vendor's sign-in page, as the CLI made it for one login.
 *
 * <p>People open it in their browsers, so nothing but the vendor's own authorization endpoint is accepted: https, a known
 * host, no user info, no port, no fragment, an authorize path with a query.
 */
public final class AuthorizationUrl {
    private static final Set<String> HOSTS =
            Set.of("claude.ai", "claude.com", "platform.claude.com", "console.anthropic.com");
    private static final int LONGEST = 2_000;

    private final String value;
    private final Optional<String> state;

    private AuthorizationUrl(String value, Optional<String> state) {
        this.value = value;
        this.state = state;
    }

    /** Parses an address; empty unless it leads to the vendor's authorization endpoint. */
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

    /** The address, exactly as the CLI shows it. */
    public String value() {
        return value;
    }

    /** The OAuth {@code state} of this login, if the address shows it; that of CLI 2.1.330 does not. */
    public Optional<String> state() {
        return state;
    }

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

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthorizationUrl url && url.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Only the host: whoever has the whole address could sign in to this login. */
    @Override
    public String toString() {
        return "AuthorizationUrl[" + URI.create(value).getHost() + "]";
    }
}
