package dev.authbridge.protocol;

import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialFields;
import java.time.Instant;
import java.util.Optional;

/**
 * What the server says over a WebSocket. The components of each record are the fields of its {@code data}, in their order.
 * Each message is whole: a client that missed the ones before it loses nothing.
 *
 * <p>{@code seq} counts the changes of the owner's login. {@code now} is the server's time and comes with every
 * {@code expiresAt}: their difference is right also on a machine whose clock is wrong.
 */
public sealed interface ServerMessage {
    /** The event's name on the wire. */
    String event();

    /**
     * {@code claude.auth.status}.
     *
     * @param state {@code signed_out}, {@code starting}, {@code awaiting_code}, {@code verifying} or {@code signed_in}
     * @param link a fresh {@code /go/TICKET}, relative to this server
     * @param expiresAt when the login ends unless a code has come
     * @param credential what is kept for the owner
     * @param others what else was found on the server's machine
     * @param startedBy who started the open login
     * @param pairedWith the other device that was let in to carry it on
     * @param owner whose login and credential this is about
     * @param severalOwners whether others may sign in on this server too; empty if not
     */
    record Status(
            String state,
            long seq,
            @RevealedToClient Optional<Secret> link,
            Optional<String> loginId,
            Optional<Instant> expiresAt,
            Optional<Instant> now,
            Optional<CredentialFields> credential,
            Optional<CredentialFields.Others> others,
            Optional<Device> startedBy,
            Optional<Device> pairedWith,
            String owner,
            Optional<Boolean> severalOwners)
            implements ServerMessage {
        @Override
        public String event() {
            return "claude.auth.status";
        }
    }

    /**
     * {@code claude.auth.status} for a client that said which state it knows: everything it was told is still true.
     *
     * @param seq of that state
     */
    record Unchanged(boolean unchanged, long seq) implements ServerMessage {
        public Unchanged(long seq) {
            this(true, seq);
        }

        @Override
        public String event() {
            return "claude.auth.status";
        }
    }

    /**
     * {@code claude.auth.url}: sign in there, then hand in the code.
     *
     * @param expiresAt when the login ends unless a code has come
     * @param problem why the code before was not taken
     * @param restarted whether another CLI has taken over in this login, so that codes of the URL before no longer count; empty
     *     if not
     * @param startedBy who started the login
     * @param owner whose login it is
     * @param severalOwners whether others may sign in on this server too; empty if not
     */
    record Url(
            @RevealedToClient Secret url,
            String instructions,
            String loginId,
            long seq,
            Optional<Instant> expiresAt,
            Optional<Instant> now,
            Optional<CodeProblem> problem,
            Optional<Boolean> restarted,
            Optional<Device> startedBy,
            String owner,
            Optional<Boolean> severalOwners)
            implements ServerMessage {
        @Override
        public String event() {
            return "claude.auth.url";
        }
    }

    /** {@code claude.auth.complete}: the token is on disk. */
    record Complete(boolean success, String loginId, long seq, CredentialFields credential) implements ServerMessage {
        public Complete(String loginId, long seq, CredentialFields credential) {
            this(true, loginId, seq, credential);
        }

        @Override
        public String event() {
            return "claude.auth.complete";
        }
    }

    /**
     * {@code claude.auth.error}.
     *
     * @param error one sentence for people
     * @param reason for programs, one of the contract's
     * @param retryable whether the person can do something about it by trying again
     * @param state where the login stands after it; empty where no login is open, so where this ended one
     * @param id of the chat prompt that it answers
     */
    record Failure(
            boolean success,
            String error,
            String reason,
            boolean retryable,
            Optional<String> state,
            Optional<String> loginId,
            long seq,
            Optional<String> id)
            implements ServerMessage {
        public Failure(
                String error,
                String reason,
                boolean retryable,
                Optional<String> state,
                Optional<String> loginId,
                long seq,
                Optional<String> id) {
            this(false, error, reason, retryable, state, loginId, seq, id);
        }

        @Override
        public String event() {
            return "claude.auth.error";
        }
    }

    /** {@code claude.chat.text}: the next piece of the answer. */
    record ChatText(String id, @RevealedToClient Secret delta) implements ServerMessage {
        @Override
        public String event() {
            return "claude.chat.text";
        }
    }

    /** {@code claude.chat.done}: the answer is whole, or was stopped. */
    record ChatDone(String id) implements ServerMessage {
        @Override
        public String event() {
            return "claude.chat.done";
        }
    }

    /** {@code claude.chat.error}: the answer ends here. */
    record ChatError(String id, String error, String reason) implements ServerMessage {
        @Override
        public String event() {
            return "claude.chat.error";
        }
    }

    /** Where a client is, as the server sees it, and what it says it is. */
    record Device(String address, String device) {}

    /** Why a code was not taken: for programs, and in one sentence for people. */
    record CodeProblem(String reason, String error) {}
}
