package dev.authbridge.web;

import dev.authbridge.core.Secret;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;

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

    /** With the prefix, browsers refuse the cookie from plain HTTP, from another host, and for a narrower path. */
    private String name(boolean secure) {
        return secure ? "__Host-" + base : base;
    }

    /** The value that the request shows; empty if it shows none. */
    Optional<String> of(HttpServerRequest request, Client client) {
        return Optional.ofNullable(request.getCookie(name(client.secure()))).map(Cookie::getValue);
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
