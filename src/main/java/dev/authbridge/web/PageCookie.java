package dev.authbridge.web;

import dev.authbridge.core.Secret;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A cookie that this server gives to a browser. No script can read it, and no page of another site can have it sent; pages of
 * other ports on the same host can, see {@link Requests#fromOwnPage}.
 *
 * @param base its name over plain HTTP
 * @param former the same before the name had a suffix; such a cookie counts as long as its session lasts
 */
record PageCookie(String base, Optional<String> former) {
    /** Cookies of one name that are looked at. */
    private static final int MOST = 16;

    /**
     * The cookie of a session.
     *
     * @param suffix of this server: browsers send the cookies of all ports of a host name to each of them
     */
    static PageCookie ofSession(String suffix) {
        return new PageCookie("claude-auth-" + suffix, Optional.of("claude-auth"));
    }

    /** The cookie of another device, which is read only below {@code /d/}. */
    static PageCookie ofDevice(String suffix) {
        return new PageCookie("claude-device-" + suffix, Optional.empty());
    }

    /** With the prefix, browsers refuse the cookie from plain HTTP, from another host, and for a narrower path. */
    private static String name(String base, boolean secure) {
        return secure ? "__Host-" + base : base;
    }

    /**
     * The values that the request shows, each once. Browsers send several if another server on the same host has set a cookie of
     * this name for a narrower path.
     */
    Set<String> of(HttpServerRequest request, Client client) {
        String name = name(base, client.secure());
        Optional<String> formerName = former.map(its -> name(its, client.secure()));
        return request.headers().getAll("Cookie").stream()
                .flatMap(line -> ServerCookieDecoder.STRICT.decodeAll(line).stream())
                .filter(cookie -> cookie.name().equals(name)
                        || formerName.filter(cookie.name()::equals).isPresent())
                .map(Cookie::value)
                .limit(MOST)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The {@code Set-Cookie} header that gives the client this value. */
    String set(Secret value, Duration maxAge, Client client) {
        return header(value.reveal(), maxAge, client.secure());
    }

    /** The {@code Set-Cookie} header that takes the cookie from the client. */
    String clear(Client client) {
        return header("", Duration.ZERO, client.secure());
    }

    private String header(String value, Duration maxAge, boolean secure) {
        return name(base, secure) + "=" + value + "; Path=/; Max-Age=" + maxAge.toSeconds()
                + "; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
    }
}
