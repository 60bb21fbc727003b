package dev.authbridge.chat;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Subscription;
import java.util.Optional;

/** An answer so far, and its listener: there is one at a time, and each gets the answer from the beginning. */
final class Answer {
    /** In characters. Longer than any real answer, so that none is cut off. */
    private static final int LONGEST = 1_000_000;

    private final StringBuilder text = new StringBuilder();
    private Optional<Chats.Listener> listener = Optional.empty();
    private boolean complete;

    /** From now on tells this listener instead of the one before, beginning with the answer so far. */
    Subscription tell(Chats.Listener next) {
        listener = Optional.of(next);
        if (!text.isEmpty()) {
            next.text(text.toString());
        }
        if (complete) {
            next.done();
        }
        return () -> listener = listener.filter(current -> current != next);
    }

    /** Adds a piece, if there is room for it. Returns whether there was. */
    boolean add(String piece) {
        if (text.length() + piece.length() > LONGEST) {
            return false;
        }
        text.append(piece);
        listener.ifPresent(present -> present.text(piece));
        return true;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    void complete() {
        complete = true;
        listener.ifPresent(Chats.Listener::done);
    }

    boolean isComplete() {
        return complete;
    }

    /** The user has stopped the answer. */
    void breakOff() {
        listener.ifPresent(Chats.Listener::done);
    }

    /** There will be no more of the answer. */
    void breakOff(Problem problem) {
        listener.ifPresent(present -> present.failed(problem));
    }
}
