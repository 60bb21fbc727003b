package dev.authbridge.web;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The path below which browsers find this server, where a proxy serves it below one, such as {@code /tools/bridge}.
 *
 * <p>Pages find everything by relative addresses, so they need none. It is needed where a proxy does not remove the path from
 * the requests ({@code CLAUDE_AUTH_BASE_PATH}), and in a link that is opened elsewhere. It is never taken from a header: any
 * client can send {@code X-Forwarded-Prefix}, since the usual proxies neither set nor remove it.
 *
 * @param prefix begins with a slash and does not end in one; empty where the server has its host name to itself
 */
public record BasePath(String prefix) {
    /** The server has its host name to itself. */
    public static final BasePath NONE = new BasePath("");

    private static final int MOST_CHARACTERS = 200;

    /** Characters that mean nothing special, and of the encoded ones {@code @}, the space, and those that are not ASCII. */
    private static final Pattern SEGMENT =
            Pattern.compile("(?:[A-Za-z0-9._~@:+=,-]|%(?:20|40|[89A-Fa-f][0-9A-Fa-f]))++");

    /** What this server's own paths begin with. */
    private static final Set<String> OWN =
            Set.of("/api/", "/chat/", "/claude-login/", "/d/", "/go/", "/healthz/", "/metrics/", "/readyz/");

    private static final String REMOVED = "base path removed";

    /** Reads a path with or without a slash at its end; empty for anything else, and for one that a browser would change. */
    public static Optional<BasePath> parse(String text) {
        if (!text.startsWith("/") || text.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        String prefix = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        boolean valid = segments(prefix)
                .allMatch(
                        segment -> SEGMENT.matcher(segment).matches() && !segment.equals(".") && !segment.equals(".."));
        return valid ? Optional.of(new BasePath(prefix)) : Optional.empty();
    }

    private static Stream<String> segments(String prefix) {
        return Stream.of(prefix.split("/", -1)).skip(1);
    }

    /** Whether it could be mistaken for a path of this server's own. */
    public boolean isOwn() {
        return OWN.stream().anyMatch((prefix + "/")::startsWith);
    }

    /**
     * Serves what is below the path as if a proxy had removed the path, besides what is not below it: a proxy may do either, and
     * monitors ask without. To be called before any other route is added.
     */
    void addTo(Router router) {
        if (!prefix.isEmpty()) {
            router.route().handler(this::remove);
        }
    }

    /** Leads from the path without a slash at its end to the page, whose relative addresses need it. */
    void addRedirectTo(Router router) {
        if (!prefix.isEmpty()) {
            router.route(prefix)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(context ->
                            Replies.redirect(context, "./" + prefix.substring(prefix.lastIndexOf('/') + 1) + "/"));
        }
    }

    private void remove(RoutingContext context) {
        String path = context.request().path();
        // Once, however often a client repeats it.
        if (context.get(REMOVED) == null && path != null && path.startsWith(prefix + "/")) {
            context.put(REMOVED, true);
            String query = context.request().query();
            String rest = path.substring(prefix.length()) + (query == null ? "" : "?" + query);
            context.reroute(context.request().method(), rest);
        } else {
            context.next();
        }
    }
}
