package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.protocol.ClientMessage;
import dev.authbridge.protocol.ServerMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answers that one socket waits for. They go on when the socket goes; see {@link Chats}. Confined to the login loop.
 *
 * <p>Of each answer one message at a time is under way, with all that has come since the one before: a slow client gets
 * fewer and longer ones, and is not dropped for being slow.
 */
final class ChatAnswers {
    /** So that other messages do not wait long behind one. */
    private static final int LONGEST_PIECE = 8_192;

    private final Chats chats;
    private final Wire wire;
    private final Map<String, Answer> answers = new HashMap<>();

    ChatAnswers(Chats chats, Wire wire) {
        this.chats = chats;
        this.wire = wire;
    }

    /** Has the prompt answered; what speaks against it is said with the prompt's id. */
    void ask(AccessKey key, ClientMessage.ChatPrompt prompt) {
        String id = prompt.id();
        Answer answer = new Answer(id);
        try {
            answer.subscribe(chats.ask(key.owner(), id, prompt.prompt().reveal(), answer));
        } catch (Refusal e) {
            wire.send(failure(id, e.problem()));
            return;
        }
        Optional.ofNullable(answers.put(id, answer)).ifPresent(Answer::leave);
    }

    /** Ends the answer, on whichever socket it is told. One that is over already is done, too. */
    void stop(AccessKey key, String id) {
        boolean told = answers.containsKey(id);
        boolean underWay = chats.stop(key.owner(), id);
        if (!told || !underWay) {
            wire.send(new ServerMessage.ChatDone(id));
        }
    }

    /** Nobody is there any more, or nobody who may hear it. */
    void leave() {
        List.copyOf(answers.values()).forEach(Answer::leave);
        answers.clear();
    }

    static ServerMessage failure(String id, Problem problem) {
        return new ServerMessage.ChatError(
                id, problem.message(), problem.reason().wireName());
    }

    private final class Answer implements Chats.Listener {
        private final String id;
        private final StringBuilder unsent = new StringBuilder();
        private Optional<ServerMessage> last = Optional.empty();
        private Subscription subscription = () -> {};
        private boolean sending;
        private boolean left;

        Answer(String id) {
            this.id = id;
        }

        void subscribe(Subscription to) {
            subscription = to;
        }

        @Override
        public void text(String piece) {
            unsent.append(piece);
            send();
        }

        @Override
        public void done() {
            last = Optional.of(new ServerMessage.ChatDone(id));
            send();
        }

        @Override
        public void failed(Problem problem) {
            last = Optional.of(failure(id, problem));
            send();
        }

        void leave() {
            left = true;
            subscription.close();
        }

        private void send() {
            if (sending || left) {
                return;
            }
            if (unsent.length() > 0) {
                sending = true;
                wire.send(new ServerMessage.ChatText(id, new Secret(take())), () -> {
                    sending = false;
                    send();
                });
            } else {
                last.ifPresent(message -> {
                    left = true;
                    answers.remove(id, this);
                    wire.send(message);
                });
            }
        }

        /** Never half of a character. */
        private String take() {
            int length = Math.min(LONGEST_PIECE, unsent.length());
            if (length < unsent.length() && Character.isHighSurrogate(unsent.charAt(length - 1))) {
                length--;
            }
            String piece = unsent.substring(0, length);
            unsent.delete(0, length);
            return piece;
        }
    }
}
