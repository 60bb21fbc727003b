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
 * Finds the access key behind a key or a session that somebody shows, and checks what it allows. Confined to the event
 * loop, where its stages complete.
 *
 * <p>Wrong keys are counted for each network. After too many of them, a wrong key is answered {@code rate_limited} for a
 * while. A right key is never affected, so that nobody can lock out others who share the network: keys are too long to be
 * guessed ({@link GuessableKey}), so the limit need not prevent guessing. It slows down programs that go on with an old key,
 * and keeps them out of the log.
 */
public final class Doorkeeper {
    private static final Logger LOG = System.getLogger(Doorkeeper.class.getName());

    /** What the bearer of a key is told that has been taken away. */
    public static final String NO_LONGER_VALID = "That access key is no longer valid.";

    private final AccessKeys keys;
    private final SessionCookies cookies;
    private final RateLimits limits;
    private final Loop loop;
    private final Runnable rejected;

    /** @param rejected run for each wrong key */
    public Doorkeeper(AccessKeys keys, SessionCookies cookies, RateLimits limits, Loop loop, Runnable rejected) {
        this.keys = keys;
        this.cookies = cookies;
        this.limits = limits;
        this.loop = loop;
        this.rejected = rejected;
    }

    /** Finds the key that somebody shows; fails with {@code unauthorized} or {@code rate_limited}. */
    public CompletionStage<AccessKey> byKey(String key, Peer peer) {
        return keys.find(key)
                .<CompletionStage<AccessKey>>map(CompletableFuture::completedFuture)
                .orElseGet(() -> reject(peer));
    }

    private CompletionStage<AccessKey> reject(Peer peer) {
        rejected.run();
        return loop.bring(limits.take(RateLimits.Kind.WRONG_KEY, peer.network()))
                .thenCompose(counted -> {
                    LOG.log(Level.WARNING, "wrong access key from {0}", peer.address());
                    return CompletableFuture.failedFuture(Refusal.unauthorized("That access key is not right."));
                });
    }

    /** The access key of the session in the cookie; empty if the session has ended, or the cookie is not one of ours. */
    public Optional<AccessKey> bySession(String cookie) {
        return cookies.read(cookie);
    }

    /** @throws Refusal {@code unauthorized} if the key is no longer valid, or lacks the scope */
    public void require(AccessKey key, Scope scope) throws Refusal {
        if (!keys.holds(key)) {
            throw Refusal.unauthorized(NO_LONGER_VALID);
        }
        if (!key.may(scope)) {
            throw Refusal.unauthorized("That access key lacks the scope " + scope.fileName() + ".");
        }
    }

    /** Whether the key is still valid. */
    public boolean holds(AccessKey key) {
        return keys.holds(key);
    }

    public SessionCookies cookies() {
        return cookies;
    }
}
