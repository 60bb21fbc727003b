package dev.authbridge.access;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Refusal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Says whose an access key or a session is, and what it may do. Confined to the event loop, where its stages complete.
 *
 * <p>Wrong keys are counted by where they come from. Once there were too many, no key from there is looked at for a while,
 * the right one included, since otherwise guessing would go on; sessions and open sockets stay good.
 */
public final class Doorkeeper {
    private static final Logger LOG = System.getLogger(Doorkeeper.class.getName());

    private final AccessKeys keys;
    private final SessionCookies cookies;
    private final Limits limits;
    private final Loop loop;
    private final Runnable rejected;

    /** @param rejected told of each wrong key */
    public Doorkeeper(AccessKeys keys, SessionCookies cookies, Limits limits, Loop loop, Runnable rejected) {
        this.keys = keys;
        this.cookies = cookies;
        this.limits = limits;
        this.loop = loop;
        this.rejected = rejected;
    }

    /** Finds the key that somebody shows; fails with {@code unauthorized} or {@code rate_limited}. */
    public CompletionStage<AccessKey> byKey(String key, Peer peer) {
        return loop.bring(limits.require(Limits.Kind.WRONG_KEY, peer.network())).thenCompose(allowed -> {
            Optional<AccessKey> found = keys.find(key);
            return found.isPresent() ? CompletableFuture.completedFuture(found.get()) : reject(peer);
        });
    }

    private CompletionStage<AccessKey> reject(Peer peer) {
        rejected.run();
        LOG.log(Level.WARNING, "wrong access key from {0}", peer.address());
        return loop.bring(limits.take(Limits.Kind.WRONG_KEY, peer.network()))
                .thenCompose(counted ->
                        CompletableFuture.failedFuture(Refusal.unauthorized("That access key is not right.")));
    }

    /** Whose session the cookie holds; empty for one that is over, or none of ours. */
    public Optional<AccessKey> bySession(String cookie) {
        return cookies.read(cookie);
    }

    /** @throws Refusal {@code unauthorized} for a key that is no longer good, or may not do this */
    public void require(AccessKey key, Scope scope) throws Refusal {
        if (!keys.holds(key)) {
            throw Refusal.unauthorized("That access key is good no more.");
        }
        if (!key.may(scope)) {
            throw Refusal.unauthorized("That access key lacks the scope " + scope.fileName() + ".");
        }
    }

    /** Whether the key is good now. */
    public boolean holds(AccessKey key) {
        return keys.holds(key);
    }

    public SessionCookies cookies() {
        return cookies;
    }
}
