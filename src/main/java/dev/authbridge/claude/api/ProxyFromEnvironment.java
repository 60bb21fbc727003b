package dev.authbridge.claude.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxy that {@code HTTPS_PROXY} names, for all hosts except those in {@code NO_PROXY}. Lower-case names of the variables
 * work, too, and take precedence, as they do for curl and Node.js programs.
 *
 * <p>{@code NO_PROXY} is a list with commas or blanks: a host, which includes all its subdomains, with or without a dot
 * or {@code *.} before it, and with or without a port; {@code *} alone means every host.
 */
final class ProxyFromEnvironment extends ProxySelector {
    private static final int DEFAULT_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Optional<String> named;
    private final Optional<URI> proxy;
    private final List<String> direct;

    ProxyFromEnvironment(Map<String, String> environment) {
        this.named = variable(environment, "HTTPS_PROXY");
        this.proxy = named.flatMap(ProxyFromEnvironment::parse);
        this.direct = List.of(variable(environment, "NO_PROXY")
                .map(list -> list.toLowerCase(Locale.ROOT))
                .orElse("")
                .split("[,\\s]+"));
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT)))
                .or(() -> Optional.ofNullable(environment.get(name)))
                .filter(value -> !value.isBlank());
    }

    /** {@code http://user:password@host:port}, of which everything but the host is optional. */
    private static Optional<URI> parse(String value) {
        try {
            URI uri = URI.create(value.contains("://") ? value.strip() : "http://" + value.strip());
            return Optional.of(uri).filter(it -> it.getHost() != null);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * What is wrong with the proxy that this address would need. If anything is, nothing may be sent, neither to the proxy nor
     * around it. The JDK speaks to a proxy without TLS only, so a proxy that expects TLS would be sent its password in clear
     * text.
     */
    Optional<String> fault(URI uri) {
        if (!leadsTo(uri)) {
            return Optional.empty();
        }
        if (proxy.isEmpty()) {
            return Optional.of("HTTPS_PROXY is no URL of a proxy; it has to be like http://proxy.example:3128");
        }
        String scheme = proxy.get().getScheme();
        return "http".equalsIgnoreCase(scheme)
                ? Optional.empty()
                : Optional.of("HTTPS_PROXY names a proxy that is spoken to by " + scheme
                        + ", and this check can only use one that is by http");
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (proxy.isEmpty() || !isProxied(uri)) {
            return List.of(Proxy.NO_PROXY);
        }
        int port = proxy.get().getPort();
        return List.of(new Proxy(
                Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(proxy.get().getHost(), port < 0 ? DEFAULT_PORT : port)));
    }

    /** Whether this address is reached through the proxy. */
    boolean leadsTo(URI uri) {
        return named.isPresent() && isProxied(uri);
    }

    private boolean isProxied(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme()) && !isDirect(uri);
    }

    private boolean isDirect(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String port = ":" + (uri.getPort() < 0 ? HTTPS_PORT : uri.getPort());
        return direct.stream()
                .map(entry -> entry.endsWith(port) ? entry.substring(0, entry.length() - port.length()) : entry)
                .map(entry -> entry.replaceFirst("^\\*?\\.", ""))
                .anyMatch(entry ->
                        entry.equals("*") || entry.equals(host) || !entry.isEmpty() && host.endsWith("." + entry));
    }

    /**
     * The {@code Proxy-Authorization} for a proxy whose address holds a name and password. The JDK sends it only to
     * the proxy, and only if a system property allows that before the first HTTP client of this process is made; this method
     * sets it.
     */
    Optional<String> authorization() {
        Optional<String> account = proxy.map(URI::getUserInfo);
        account.ifPresent(given -> System.setProperty("jdk.http.auth.tunneling.disabledSchemes", ""));
        return account.map(given -> "Basic " + Base64.getEncoder().encodeToString(given.getBytes(UTF_8)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request itself fails, and says so.
    }
}
