package dev.authbridge.chat;

import dev.authbridge.core.Problem;
import java.util.Optional;

/** What has been answered so far, and whom it is told: one listener at a time, each from the beginning. */
final class Answer {
    /** Longer than any real answer, so that nothing is cut that is meant to be read. */
    private static final int LONGEST = 1_000_000;

    private final StringBuilder text = new StringBuilder();
    private Optional<ChatListener> listener = Optional.empty();
    private boolean whole;

    /** Tells all of it to this listener, and to no other any more. */
    Chats.Subscription tell(ChatListener next) {
        listener = Optional.of(next);
        if (!text.isEmpty()) {
            next.text(text.toString());
        }
        if (whole) {
            next.done();
        }
        return () -> listener = listener.filter(current -> current != next);
    }

    /** Says whether there was room for it. */
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
        whole = true;
        listener.ifPresent(ChatListener::done);
    }

    boolean isWhole() {
        return whole;
    }

    /** It ends here because nobody wants more. */
    void breakOff() {
        listener.ifPresent(ChatListener::done);
    }

    void breakOff(Problem problem) {
        listener.ifPresent(present -> present.failed(problem));
    }
}
