package dev.authbridge.web;

import dev.authbridge.core.Peer;
import io.vertx.core.http.HttpServerRequest;
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
    private static final int LONGEST_DEVICE = 60;

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

    /**
     * @param behindProxy whether the last hop is our own proxy, whose {@code X-Forwarded-For} and {@code -Proto} are
     *     believed; of several addresses the last one counts, since the client itself may have sent the others
     */
    static Client of(HttpServerRequest request, boolean behindProxy) {
        String address = request.remoteAddress() == null
                ? "unknown"
                : request.remoteAddress().hostAddress();
        String scheme = request.isSSL() ? "https" : "http";
        if (behindProxy) {
            address = last(request.getHeader("X-Forwarded-For")).orElse(address);
            scheme = last(request.getHeader("X-Forwarded-Proto"))
                    .filter(name -> name.equals("https") || name.equals("http"))
                    .orElse(scheme);
        }
        String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
        Peer peer = new Peer(printable(address), device(request.getHeader("User-Agent")));
        return new Client(peer, scheme, host);
    }

    /** The origin of the address that the client uses; empty where the Host header is not valid. */
    Optional<String> origin() {
        return host.indexOf('/') < 0 ? Origins.parse(scheme + "://" + host) : Optional.empty();
    }

    public boolean secure() {
        return scheme.equals("https");
    }

    static String device(String userAgent) {
        if (userAgent == null || userAgent.isBlank()) {
            return "unknown device";
        }
        Optional<String> browser = firstIn(userAgent, BROWSERS);
        Optional<String> system = firstIn(userAgent, SYSTEMS);
        if (browser.isPresent() && system.isPresent()) {
            return browser.get() + " on " + system.get();
        }
        return printable(userAgent);
    }

    private static Optional<String> firstIn(String userAgent, List<Map.Entry<String, String>> names) {
        return names.stream()
                .filter(name -> userAgent.contains(name.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Optional<String> last(String header) {
        if (header == null) {
            return Optional.empty();
        }
        String value = header.substring(header.lastIndexOf(',') + 1).strip();
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** Printable ASCII only, so that nothing in a log or on a page can be mistaken for something else. */
    private static String printable(String text) {
        StringBuilder result = new StringBuilder();
        text.codePoints()
                .filter(character -> character >= ' ' && character < 0x7F)
                .limit(LONGEST_DEVICE)
                .forEach(result::appendCodePoint);
        return result.toString().strip();
    }
}
