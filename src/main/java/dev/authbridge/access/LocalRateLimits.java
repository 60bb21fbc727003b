package dev.authbridge.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Limits counted by one machine, in memory. Confined to the event loop; its stages are always complete. */
public final class LocalRateLimits implements RateLimits {
    /** For each kind, so that many addresses cannot fill the memory; the one that was not seen for longest is forgotten first. */
    private static final int MOST_REMEMBERED = 10_000;

    private final InstantSource clock;
    private final Map<Kind, Buckets> buckets = new EnumMap<>(Kind.class);

    public LocalRateLimits(InstantSource clock) {
        this.clock = clock;
        for (Kind kind : Kind.values()) {
            buckets.put(kind, new Buckets());
        }
    }

    @Override
    public CompletionStage<Void> take(Kind kind, String who) {
        Bucket bucket = refilled(kind, who);
        if (bucket.tries() == 0) {
            Instant next = bucket.since().plus(kind.refill());
            return CompletableFuture.failedFuture(kind.exceeded(Duration.between(clock.instant(), next)));
        }
        buckets.get(kind).put(who, new Bucket(bucket.tries() - 1, bucket.since()));
        return CompletableFuture.completedFuture(null);
    }

    private Bucket refilled(Kind kind, String who) {
        Instant now = clock.instant();
        Bucket bucket = buckets.get(kind).get(who);
        if (bucket == null) {
            return new Bucket(Kind.BURST, now);
        }
        long more = Math.max(0, Duration.between(bucket.since(), now).dividedBy(kind.refill()));
        if (bucket.tries() + more >= Kind.BURST) {
            return new Bucket(Kind.BURST, now);
        }
        return new Bucket(
                (int) (bucket.tries() + more), bucket.since().plus(kind.refill().multipliedBy(more)));
    }

    /** @param since when the last try was added */
    private record Bucket(int tries, Instant since) {}

    /** The tries that are left, by who uses them; the one not seen for longest comes first. */
    private static final class Buckets extends LinkedHashMap<String, Bucket> {
        private static final long serialVersionUID = 1L;

        Buckets() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_REMEMBERED;
        }
    }
}
