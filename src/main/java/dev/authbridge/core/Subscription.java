package dev.authbridge.core;

/** A listener's claim to be told of events. */
@FunctionalInterface
public interface Subscription {
    /** Ends it: the listener is told nothing any more. What it was told of goes on. */
    void close();
}
