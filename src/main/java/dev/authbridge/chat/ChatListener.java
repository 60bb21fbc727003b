package dev.authbridge.chat;

import dev.authbridge.core.Problem;

/** Whoever waits for an answer. Told on the login loop, in order; after {@link #done} or {@link #failed} nothing more. */
public interface ChatListener {
    /** The next piece of the answer. */
    void text(String piece);

    /** The answer is whole, or was stopped. */
    void done();

    /** There will be no more of the answer. */
    void failed(Problem problem);
}
