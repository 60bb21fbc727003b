package dev.authbridge.core;

/** A listener's registration for events. */
@FunctionalInterface
public interface Subscription {
    /** Ends the registration: the listener gets no more events. What it listened to is not affected. */
    void close();
}
