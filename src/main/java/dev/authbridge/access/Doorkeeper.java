package dev.authbridge.access;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.Refused;
import dev.authbridge.web.Client;
import dev.authbridge.web.ops.Metrics;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Says who somebody is: by key, by {@code Authorization: Bearer}, by cookie, in this order. Confined to the login loop.
 *
 * <p>Wrong keys are counted by where they come from. Once there were too many, no key from there is looked at for a while,
 * the right one included, since otherwise guessing would go on; cookies and open sockets stay good.
 */
public final class Doorkeeper {
    private static final Logger LOG = System.getLogger(Doorkeeper.class.getName());
    private static final int WRONG_KEYS = 10;
    private static final Duration FORGIVEN_EACH = Duration.ofSeconds(15);

    private final AccessKeys keys;
    private final SessionCookies cookies;
    private final RateLimit<String> wrongKeys;
    private final Metrics metrics;

    public Doorkeeper(AccessKeys keys, SessionCookies cookies, InstantSource clock, Metrics metrics) {
        this.keys = keys;
        this.cookies = cookies;
        this.wrongKeys = new RateLimit<>(WRONG_KEYS, FORGIVEN_EACH, clock);
        this.metrics = metrics;
    }

    /** @throws Refusal {@code unauthorized} or {@code rate_limited} */
    public AccessKey byKey(String key, Client client) throws Refusal {
        if (wrongKeys.spent(client.network())) {
            throw new Refusal(Reason.RATE_LIMITED, "Too many wrong keys. Wait a minute, then try again.");
        }
        Optional<AccessKey> found = keys.find(key);
        if (found.isEmpty()) {
            wrongKeys.take(client.network());
            metrics.keyRejected();
            LOG.log(Level.WARNING, "wrong access key from {0}", client.address());
            throw Refused.unauthorized("That access key is not right.");
        }
        return found.get();
    }

    /**
     * Who the request itself says it is from; empty where it says nothing, or has a cookie that is good no more.
     *
     * @throws Refusal for a wrong bearer key
     */
    public Optional<AccessKey> byRequest(HttpServerRequest request, Client client) throws Refusal {
        String authorization = request.getHeader("Authorization");
        if (authorization != null) {
            if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
                throw Refused.unauthorized("Only \"Authorization: Bearer KEY\" is known here.");
            }
            return Optional.of(byKey(authorization.substring(7).strip(), client));
        }
        Cookie cookie = request.getCookie(SessionCookies.name(client.secure()));
        return cookie == null ? Optional.empty() : cookies.read(cookie.getValue());
    }

    /** @throws Refusal {@code unauthorized} for a key that is good no more, or may not do this */
    public AccessKey require(AccessKey key, Scope scope) throws Refusal {
        if (!keys.holds(key)) {
            throw Refused.unauthorized("That access key is good no more.");
        }
        if (!key.may(scope)) {
            throw Refused.unauthorized("That access key lacks the scope " + scope.fileName() + ".");
        }
        return key;
    }

    public boolean holds(AccessKey key) {
        return keys.holds(key);
    }

    public SessionCookies cookies() {
        return cookies;
    }
}
