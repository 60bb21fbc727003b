package dev.authbridge.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket of tries for each key: so many at once, and one more each time that passed. Confined to the login loop.
 *
 * @param <K> whose tries are counted
 */
final class RateLimit<K> {
    /** More than this are never remembered, so that nobody fills the memory with addresses; the oldest goes first. */
    private static final int MOST_REMEMBERED = 10_000;

    private final int burst;
    private final Duration refill;
    private final InstantSource clock;
    private final Map<K, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private record Bucket(int tries, Instant since) {}

    /**
     * @param burst how many tries there are at once
     * @param refill how long one more takes
     */
    RateLimit(int burst, Duration refill, InstantSource clock) {
        this.burst = burst;
        this.refill = refill;
        this.clock = clock;
    }

    /** Takes one try; false when there is none left. */
    boolean take(K key) {
        Bucket bucket = refilled(key);
        if (bucket.tries() == 0) {
            return false;
        }
        buckets.put(key, new Bucket(bucket.tries() - 1, bucket.since()));
        return true;
    }

    /** Whether there is no try left. */
    boolean spent(K key) {
        return buckets.containsKey(key) && refilled(key).tries() == 0;
    }

    private Bucket refilled(K key) {
        Instant now = clock.instant();
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            return new Bucket(burst, now);
        }
        long more = Math.max(0, Duration.between(bucket.since(), now).dividedBy(refill));
        if (bucket.tries() + more >= burst) {
            return new Bucket(burst, now);
        }
        return new Bucket((int) (bucket.tries() + more), bucket.since().plus(refill.multipliedBy(more)));
    }
}
