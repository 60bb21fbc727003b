package dev.authbridge.web;

import dev.authbridge.core.IpAddress;
import dev.authbridge.core.Peer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The client that sent a request.
 *
 * @param peer its address and device, as far as they can be told from outside
 * @param scheme {@code http} or {@code https}, as the client sees it
 * @param host the Host header
 */
public record Client(Peer peer, String scheme, String host) {
    /** In the order in which they have to be tried, since the user agents of the first ones also name the later ones. */
    private static final List<Map.Entry<String, String>> BROWSERS = List.of(
            Map.entry("Edg", "Edge"),
            Map.entry("OPR/", "Opera"),
            Map.entry("SamsungBrowser", "Samsung Internet"),
            Map.entry("Firefox/", "Firefox"),
            Map.entry("FxiOS/", "Firefox"),
            Map.entry("CriOS/", "Chrome"),
            Map.entry("Chrome/", "Chrome"),
            Map.entry("Safari/", "Safari"));

    private static final List<Map.Entry<String, String>> SYSTEMS = List.of(
            Map.entry("Android", "Android"),
            Map.entry("iPhone", "iPhone"),
            Map.entry("iPad", "iPad"),
            Map.entry("Windows", "Windows"),
            Map.entry("CrOS", "ChromeOS"),
            Map.entry("Mac OS X", "Mac"),
            Map.entry("Linux", "Linux"));

    /** @param proxies those whose forwarded headers are believed */
    static Client of(HttpServerRequest request, TrustedProxies proxies) {
        Optional<TrustedProxies.Source> source = connected(request)
                .map(address -> proxies.sourceOf(
                        address,
                        request.headers().getAll("X-Forwarded-For"),
                        request.headers().getAll("X-Forwarded-Proto")));
        String address = source.map(from -> from.address().toString()).orElse("unknown");
        String scheme =
                source.flatMap(TrustedProxies.Source::scheme).orElseGet(() -> request.isSSL() ? "https" : "http");
        String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
        return new Client(new Peer(address, device(request.getHeader("User-Agent"))), scheme, host);
    }

    /** The other end of the connection, which may be a proxy; empty if the connection was closed before it was asked for. */
    static Optional<IpAddress> connected(HttpServerRequest request) {
        return Optional.ofNullable(request.remoteAddress())
                .map(SocketAddress::hostAddress)
                .flatMap(IpAddress::parse);
    }

    /** The origin of the address that the client uses; empty where the Host header is not valid. */
    Optional<String> origin() {
        return host.indexOf('/') < 0 ? Origins.parse(scheme + "://" + host) : Optional.empty();
    }

    public boolean secure() {
        return scheme.equals("https");
    }

    /** Names only browsers and systems of the list, so that nobody can have a text of their own shown as the device. */
    static String device(String userAgent) {
        String given = userAgent == null ? "" : userAgent;
        return firstIn(given, BROWSERS)
                .flatMap(browser -> firstIn(given, SYSTEMS).map(system -> browser + " on " + system))
                .orElse("unknown device");
    }

    private static Optional<String> firstIn(String userAgent, List<Map.Entry<String, String>> names) {
        return names.stream()
                .filter(name -> userAgent.contains(name.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
