package dev.authbridge.web;

import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/** Answers 421 to requests for a host that is not this server. Confined to the event loop. */
final class HostCheck {
    /** What monitors ask. Many of them have only the address of a server, and those of HTTP/1.0 send no Host at all. */
    private static final Set<String> FOR_MONITORS = Set.of("/healthz", "/readyz");

    private static final int MISDIRECTED = 421;

    private static final Problem UNKNOWN = new Problem(
            Reason.BAD_MESSAGE,
            "This server does not answer under the name in the Host header. Its administrator has to list the name in"
                    + " CLAUDE_AUTH_HOSTS, or let the proxy in front of it pass on the Host that the browser sent.");

    private final Hosts hosts;
    private final CountedLog refusals;
    private Set<String> certified = Set.of();

    HostCheck(Hosts hosts, Loop loop) {
        this.hosts = hosts;
        this.refusals = new CountedLog(
                "refused {0} requests whose Host header names another server. If the name is yours, add it to"
                        + " CLAUDE_AUTH_HOSTS; behind a proxy, pass Host on.",
                loop);
    }

    /** @param names in the certificate that the server uses from now on */
    void certified(Set<String> names) {
        certified = names;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String header = request.getHeader("Host");
        Optional<Authority> host = Optional.ofNullable(header).flatMap(Authority::parse);
        boolean byMonitor = FOR_MONITORS.contains(request.path())
                && (header == null || host.flatMap(Authority::address).isPresent());
        if (byMonitor || host.isPresent() && hosts.know(host.get(), certified)) {
            context.next();
        } else {
            refusals.happened();
            Replies.problem(context, MISDIRECTED, UNKNOWN);
        }
    }
}
