package dev.authbridge.web;

import dev.authbridge.core.Problem;
import dev.authbridge.protocol.ServerMessage;
import io.vertx.core.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The chain that everything of one socket goes through, what it asks and what it is told: a step begins when the one before
 * has been answered, so messages are handled, and leave, in order, although some have to read the disk. Confined to the
 * login loop.
 */
final class Steps {
    private static final Logger LOG = System.getLogger(Steps.class.getName());

    /** While so many wait, nothing more is read from the client. */
    private static final int MOST_WAITING = 16;

    private final Outbox outbox;
    private final Function<Problem, ServerMessage> failure;
    private final Consumer<ServerMessage> send;
    private Future<Void> last = Future.succeededFuture();
    private int waiting;

    /**
     * @param outbox of the same socket
     * @param failure what this client, and nobody else, is told of a step that failed
     * @param send takes each answer
     */
    Steps(Outbox outbox, Function<Problem, ServerMessage> failure, Consumer<ServerMessage> send) {
        this.outbox = outbox;
        this.failure = failure;
        this.send = send;
    }

    /** Adds a step. */
    void add(Supplier<Future<List<ServerMessage>>> step) {
        waiting++;
        if (waiting == MOST_WAITING) {
            outbox.pause();
        }
        last = last.transform(before -> step.get())
                .otherwise(cause -> List.of(failure.apply(Refused.problemOf(cause))))
                .<Void>map(messages -> {
                    messages.forEach(send);
                    return null;
                })
                .onFailure(cause -> LOG.log(Level.ERROR, "an answer could not be sent", cause))
                .eventually(this::done);
    }

    /** Runs the action once all that was added has been answered. */
    void afterwards(Runnable action) {
        last.onComplete(done -> action.run());
    }

    private Future<Void> done() {
        waiting--;
        if (waiting == 0) {
            outbox.resume();
        }
        return Future.succeededFuture();
    }
}
