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
 * The chat answers that one client waits for. They go on when the client leaves; see {@link Chats}. Confined to the event
 * loop.
 *
 * <p>Of each answer only one message is on its way at a time; the next one holds everything that has come meanwhile. So a
 * slow client gets fewer and longer messages, and is not dropped for being slow.
 */
final class ChatAnswers {
    /** In characters, so that other messages do not wait long behind one piece. */
    private static final int LONGEST_PIECE = 8_192;

    /** Who gets the answers, as long as somebody is there who may. */
    interface Client {
        /** Sends the message after those before it. */
        void send(ServerMessage message);

        /** @param taken run once there is room for the next one, see {@link Wire#send(ServerMessage, Runnable)} */
        void send(ServerMessage message, Runnable taken);
    }

    private final Chats chats;
    private final Client client;
    private final Map<String, Answer> answers = new HashMap<>();

    ChatAnswers(Chats chats, Client client) {
        this.chats = chats;
        this.client = client;
    }

    /** Has the prompt answered. An error carries the id of the prompt. */
    void ask(AccessKey key, ClientMessage.ChatPrompt prompt) {
        String id = prompt.id();
        Answer answer = new Answer(id);
        try {
            answer.subscribe(chats.ask(key.owner(), id, prompt.prompt().reveal(), answer));
        } catch (Refusal e) {
            client.send(failure(id, e.problem()));
            return;
        }
        // An answer that is complete already may have been told, and be over, by now.
        Optional.ofNullable(answer.left ? answers.remove(id) : answers.put(id, answer))
                .ifPresent(Answer::leave);
    }

    /** Ends the answer, even if another client is told it. If it is over already, the client is told that it is done. */
    void stop(AccessKey key, String id) {
        boolean told = answers.containsKey(id);
        boolean underWay = chats.stop(key.owner(), id);
        if (!told || !underWay) {
            client.send(new ServerMessage.ChatDone(id));
        }
    }

    /** The client has left, or may hear nothing any more. */
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
                client.send(new ServerMessage.ChatText(id, new Secret(take())), () -> {
                    sending = false;
                    send();
                });
            } else {
                last.ifPresent(message -> {
                    left = true;
                    answers.remove(id, this);
                    client.send(message);
                });
            }
        }

        /** The next piece; never ends within a surrogate pair. */
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
