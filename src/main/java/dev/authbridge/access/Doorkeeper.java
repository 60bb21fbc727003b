package dev.authbridge.access;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
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
    /** What the bearer of a key is told that has been taken away. */
    private static final String NO_LONGER_VALID = "That access key is no longer valid.";

    private static final String SESSION_OVER =
            "This browser's session has ended. Sign in to this server again with the access key.";

    private final AccessKeys keys;
    private final Sessions sessions;
    private final RateLimits limits;
    private final Loop loop;
    private final Audit audit;
    private final Runnable rejected;
    private final CountedLog wrongKeys;

    /**
     * @param audit where it is written down what those do who are let in
     * @param rejected run for each wrong key
     */
    public Doorkeeper(
            AccessKeys keys, Sessions sessions, RateLimits limits, Audit audit, Loop loop, Runnable rejected) {
        this.keys = keys;
        this.sessions = sessions;
        this.limits = limits;
        this.loop = loop;
        this.audit = audit;
        this.rejected = rejected;
        this.wrongKeys = new CountedLog("{0} requests with a wrong access key, the last from {1}", loop);
    }

    /** Who shows this key; fails with {@code unauthorized} or {@code rate_limited}. */
    public CompletionStage<Bearer> byKey(String key, Peer peer) {
        return find(key)
                .<CompletionStage<Bearer>>map(CompletableFuture::completedFuture)
                .orElseGet(() -> reject(peer));
    }

    /** Who shows this key; empty if it is no key that is valid now, which is not counted. */
    public Optional<Bearer> find(String key) {
        return keys.find(key).map(Bearer::of);
    }

    /** Counts a wrong key. @return fails with {@code unauthorized} or {@code rate_limited} */
    public <T> CompletionStage<T> reject(Peer peer) {
        rejected.run();
        wrongKeys.happened(peer.address());
        return loop.bring(limits.take(RateLimits.Kind.WRONG_KEY, peer.network()))
                .thenCompose(counted ->
                        CompletableFuture.failedFuture(Refusal.unauthorized("That access key is not right.")));
    }

    /** Whose session this cookie belongs to; empty if the session has ended, or the cookie is not one of ours. */
    public CompletionStage<Optional<Bearer>> bySession(String cookie) {
        return loop.bring(sessions.find(cookie));
    }

    /** @throws Refusal {@code unauthorized} if the bearer's key or session is over, or the key lacks the scope */
    public void require(Bearer bearer, Scope scope) throws Refusal {
        if (!holds(bearer)) {
            throw new Refusal(over(bearer));
        }
        if (!bearer.key().may(scope)) {
            throw new Refusal(scope.lacking());
        }
    }

    /** Whether the bearer's key is still valid, and the session, if there is one, goes on. */
    public boolean holds(Bearer bearer) {
        return keys.holds(bearer.key()) && sessions.holds(bearer);
    }

    /** What a bearer is told who no longer {@link #holds}. */
    public Problem over(Bearer bearer) {
        return new Problem(Reason.UNAUTHORIZED, keys.holds(bearer.key()) ? SESSION_OVER : NO_LONGER_VALID);
    }

    /** Whether keys that allow signing in belong to more than one owner. */
    public boolean severalOwners() {
        return !keys.ofOneOwner();
    }

    public Audit audit() {
        return audit;
    }

    /** Uses up one of the sessions that may be opened for the owner in a short time; fails with {@code rate_limited}. */
    public CompletionStage<Void> takeSession(Owner owner) {
        return loop.bring(limits.take(RateLimits.Kind.SESSION, owner.name()));
    }

    public Sessions sessions() {
        return sessions;
    }
}
