package dev.authbridge.web;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a page counts as one of another origin: which header a proxy has to send in another way, or which setting is wrong. A
 * browser's own headers are right, so where they disagree with those of the proxies, a proxy has changed them. The sentences repeat
 * only names, ports and schemes that were read as such.
 *
 * @param proxies those whose {@code X-Forwarded-*} are believed; none where the server does not expect to be behind a proxy
 */
record ForeignOrigin(HttpServerRequest request, Client client, TrustedProxies proxies) {
    /** One or two sentences for people. The request has an Origin header, which does not name this server. */
    String explanation() {
        List<String> lines = request.headers().getAll("Origin");
        if (lines.size() != 1) {
            return "The request has " + lines.size()
                    + " Origin headers. Each proxy has to pass on the browser's, and add none.";
        }
        if (lines.get(0).equals("null")) {
            return "The Origin header is \"null\": the page is in a sandboxed frame, comes from a file, or a proxy or the browser"
                    + " hides where it comes from. Open it in a tab of its own, at the address of this server.";
        }
        Optional<String> page = Origins.parse(lines.get(0));
        Optional<String> own = client.origin();
        if (page.isEmpty() || own.isEmpty()) {
            return "The Origin header is not the address of a page that may use this server.";
        }
        if (!Hosts.of(page.get()).equals(Hosts.of(own.get()))) {
            return otherHost(page.get());
        }
        String scheme = page.get().substring(0, page.get().indexOf(':'));
        return scheme.equals(client.scheme()) ? otherPort(page.get()) : otherScheme(page.get(), scheme);
    }

    private String otherHost(String page) {
        boolean samePage = says("Sec-Fetch-Site").filter("same-origin"::equals).isPresent();
        Optional<String> forwarded = says("X-Forwarded-Host")
                .map(text -> text.split(",", -1)[0].strip())
                .flatMap(Authority::parse)
                .map(Authority::name);
        String headers = "The Origin header says \"" + page + "\", and Host says \"" + host() + "\". ";
        if (forwarded.filter(Hosts.of(page)::equals).isPresent()) {
            return headers + "A proxy replaces Host; it has to pass on the one that the browser sent.";
        }
        if (Hosts.isLoopback(Hosts.of(page)) && (samePage || forwarded.isPresent())) {
            return headers + "A proxy replaces Origin; it has to pass on the one that the browser sent.";
        }
        if (samePage) {
            return headers + "A proxy replaces one of them; it has to pass on both as the browser sent them.";
        }
        return "Pages of this origin may not use this server. If \"" + page
                + "\" is yours, its administrator can add it to"
                + " CLAUDE_AUTH_ORIGINS. If it is the address of this server, a proxy replaces Origin or Host, which says \""
                + host() + "\"; it has to pass on both as the browser sent them.";
    }

    private String otherPort(String page) {
        return "The page's address is \"" + page + "\", but the Host header says \"" + host()
                + "\". Each proxy has to pass on Host as the browser sent it, with its port.";
    }

    private String otherScheme(String page, String scheme) {
        String opened = "The page was opened over " + scheme + ", but ";
        if (proxies.ranges().isEmpty()) {
            return scheme.equals("https")
                    ? opened
                            + "this server does not expect a proxy that encrypts: set CLAUDE_AUTH_BEHIND_PROXY=true, and let"
                            + " the proxy send \"X-Forwarded-Proto: https\"."
                    : "This server is reached over https, but the Origin header says \"" + page
                            + "\". A proxy replaces it; it has to pass on the one that the browser sent.";
        }
        if (Client.connected(request).filter(proxies::contain).isEmpty()) {
            return opened
                    + "the address of the proxy is not in CLAUDE_AUTH_TRUSTED_PROXIES, so that its X-Forwarded-Proto does"
                    + " not count.";
        }
        if (scheme.equals("http")) {
            return "The Origin header says \"" + page + "\", but X-Forwarded-Proto says \"" + client.scheme()
                    + "\". A proxy sends one of them as the browser did not: Origin has to be passed on, and X-Forwarded-Proto has"
                    + " to name the scheme by which the page was opened.";
        }
        if (says("X-Forwarded-Proto").isEmpty()) {
            return opened + "no proxy says so: let the outer one send \"X-Forwarded-Proto: https\"."
                    + (says("Forwarded").isPresent() ? " The header Forwarded is not read." : "");
        }
        String forwarded = forwardedScheme();
        if (forwarded.contains("https")) {
            return opened + "X-Forwarded-Proto says \"" + forwarded
                    + "\", of which only what trusted proxies have added counts. List the addresses of all proxies in"
                    + " CLAUDE_AUTH_TRUSTED_PROXIES, and let each one append to X-Forwarded-For, too.";
        }
        return opened + "X-Forwarded-Proto says \"" + forwarded
                + "\": a proxy replaces what the one before it has sent."
                + " Let the outer proxy send \"X-Forwarded-Proto: https\", and each other one pass it on.";
    }

    private String forwardedScheme() {
        String said =
                String.join(", ", request.headers().getAll("X-Forwarded-Proto")).toLowerCase(Locale.ROOT);
        return said.matches("[a-z, ]{1,40}") ? said : "something else";
    }

    private String host() {
        return Authority.parse(client.host())
                .map(host -> host.host() + (host.port() < 0 ? "" : ":" + host.port()))
                .orElse("");
    }

    private Optional<String> says(String header) {
        return Optional.ofNullable(request.getHeader(header));
    }
}
