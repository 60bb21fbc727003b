package dev.authbridge.web;

import dev.authbridge.core.Secret;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A cookie that this server gives to a browser. No script can read it, and no page of another site can have it sent; pages of
 * other ports on the same host can, see {@link Requests#fromOwnPage}.
 *
 * @param base its name over plain HTTP
 */
record PageCookie(String base) {
    /** The cookie of a session. */
    static final PageCookie SESSION = new PageCookie("claude-auth");

    /** The cookie of another device, which is read only below {@code /d/}. */
    static final PageCookie DEVICE = new PageCookie("claude-device");

    /** Cookies of one name that are looked at. */
    private static final int MOST = 16;

    /** With the prefix, browsers refuse the cookie from plain HTTP, from another host, and for a narrower path. */
    private String name(boolean secure) {
        return secure ? "__Host-" + base : base;
    }

    /**
     * The values that the request shows, each once. Browsers send several if another server on the same host has set a cookie of
     * this name for a narrower path.
     */
    Set<String> of(HttpServerRequest request, Client client) {
        String name = name(client.secure());
        return request.headers().getAll("Cookie").stream()
                .flatMap(line -> ServerCookieDecoder.STRICT.decodeAll(line).stream())
                .filter(cookie -> cookie.name().equals(name))
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
        return name(secure) + "=" + value + "; Path=/; Max-Age=" + maxAge.toSeconds() + "; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }
}
