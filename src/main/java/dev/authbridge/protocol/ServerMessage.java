package dev.authbridge.protocol;

import dev.authbridge.core.Secret;
import java.util.Optional;

/** What the server says. Each is whole: whoever missed the ones before loses nothing. */
public sealed interface ServerMessage {
    /** The event's name on the wire. */
    String event();

    /** The event's data on the wire. */
    Data data();

    /**
     * {@code claude.auth.status}.
     *
     * @param state {@code signed_out}, {@code starting}, {@code awaiting_code}, {@code verifying} or {@code signed_in}
     * @param link a fresh {@code /go/TICKET}, relative to this server
     * @param credential the fields of what is kept for the owner
     * @param others the fields of what else was found on the server's machine
     * @param startedBy who started the open login: {@code address} and {@code device}
     * @param pairedWith the other device that was let in to carry it on, with the same fields
     */
    record Status(
            String state,
            long seq,
            Optional<Secret> link,
            Optional<String> loginId,
            Optional<Deadline> deadline,
            Optional<Data> credential,
            Optional<Data> others,
            Optional<Data> startedBy,
            Optional<Data> pairedWith)
            implements ServerMessage {
        @Override
        public String event() {
            return "claude.auth.status";
        }

        @Override
        public Data data() {
            return new Data()
                    .put("state", state)
                    .put("seq", seq)
                    .put("link", link)
                    .put("loginId", loginId)
                    .put(deadline)
                    .put("credential", credential)
                    .put("others", others)
                    .put("startedBy", startedBy)
                    .put("pairedWith", pairedWith);
        }
    }

    /**
     * {@code claude.auth.status} for a client that said which state it knows: everything it was told is still true.
     *
     * @param seq of that state
     */
    record Unchanged(long seq) implements ServerMessage {
        @Override
        public String event() {
            return "claude.auth.status";
        }

        @Override
        public Data data() {
            return new Data().put("unchanged", true).put("seq", seq);
        }
    }

    /**
     * {@code claude.auth.url}: sign in there, then hand in the code.
     *
     * @param problem why the code before was not taken: {@code reason} and {@code error}
     * @param startedBy who started the login: {@code address} and {@code device}
     */
    record Url(
            Secret url,
            String instructions,
            String loginId,
            long seq,
            Optional<Deadline> deadline,
            Optional<Data> problem,
            Optional<Data> startedBy)
            implements ServerMessage {
        @Override
        public String event() {
            return "claude.auth.url";
        }

        @Override
        public Data data() {
            return new Data()
                    .put("url", url)
                    .put("instructions", instructions)
                    .put("loginId", loginId)
                    .put("seq", seq)
                    .put(deadline)
                    .put("problem", problem)
                    .put("startedBy", startedBy);
        }
    }

    /** {@code claude.auth.complete}: the token is on disk. */
    record Complete(String loginId, long seq, Data credential) implements ServerMessage {
        @Override
        public String event() {
            return "claude.auth.complete";
        }

        @Override
        public Data data() {
            return new Data()
                    .put("success", true)
                    .put("loginId", loginId)
                    .put("seq", seq)
                    .put("credential", credential);
        }
    }

    /**
     * {@code claude.auth.error}.
     *
     * @param error one sentence for people
     * @param reason for programs, one of the contract's
     * @param retryable whether the person can do something about it by trying again
     * @param state where the login stands after it; empty where no login is open, so where this ended one
     * @param promptId of the chat prompt that it answers
     */
    record Failure(
            String error,
            String reason,
            boolean retryable,
            Optional<String> state,
            Optional<String> loginId,
            long seq,
            Optional<String> promptId)
            implements ServerMessage {
        @Override
        public String event() {
            return "claude.auth.error";
        }

        @Override
        public Data data() {
            return new Data()
                    .put("success", false)
                    .put("error", error)
                    .put("reason", reason)
                    .put("retryable", retryable)
                    .put("state", state)
                    .put("loginId", loginId)
                    .put("seq", seq)
                    .put("id", promptId);
        }
    }

    /** {@code claude.chat.text}: the next piece of the answer. */
    record ChatText(String id, Secret delta) implements ServerMessage {
        @Override
        public String event() {
            return "claude.chat.text";
        }

        @Override
        public Data data() {
            return new Data().put("id", id).put("delta", delta);
        }
    }

    /** {@code claude.chat.done}: the answer is whole, or was stopped. */
    record ChatDone(String id) implements ServerMessage {
        @Override
        public String event() {
            return "claude.chat.done";
        }

        @Override
        public Data data() {
            return new Data().put("id", id);
        }
    }

    /** {@code claude.chat.error}: there will be no more of the answer. */
    record ChatError(String id, String error, String reason) implements ServerMessage {
        @Override
        public String event() {
            return "claude.chat.error";
        }

        @Override
        public Data data() {
            return new Data().put("id", id).put("error", error).put("reason", reason);
        }
    }
}
