package dev.authbridge.protocol;

import dev.authbridge.core.Secret;
import java.util.Optional;

/** What a client says over a WebSocket. Its fields are read by {@link MessageCodec}. */
public sealed interface ClientMessage {
    /** The access key; empty where the connection itself says who it is, by header or cookie. */
    Optional<Secret> key();

    /** The id of the chat prompt that it is about; empty where it is about the login. */
    default Optional<String> promptId() {
        return Optional.empty();
    }

    /** {@code claude.auth.start}: starts a login, or joins the one that the owner already has open. */
    record Start(Optional<Secret> key) implements ClientMessage {}

    /** {@code claude.auth.code}: what the person pasted. */
    record Code(Optional<Secret> key, Secret code) implements ClientMessage {}

    /** {@code claude.auth.cancel}: ends the open login. */
    record Cancel(Optional<Secret> key) implements ClientMessage {}

    /**
     * {@code claude.auth.status}: asks for the state as it stands.
     *
     * @param seq of the state that the client knows, where it would like to hear only whether anything has changed since
     */
    record AskStatus(Optional<Secret> key, Optional<Long> seq) implements ClientMessage {}

    /**
     * {@code claude.chat.prompt}.
     *
     * @param id the client's own name for this prompt and its answer, 1 to 64 characters
     */
    record ChatPrompt(Optional<Secret> key, String id, Secret prompt) implements ClientMessage {
        @Override
        public Optional<String> promptId() {
            return Optional.of(id);
        }
    }

    /** {@code claude.chat.stop}: the answer to the prompt of this id is no longer wanted. */
    record ChatStop(Optional<Secret> key, String id) implements ClientMessage {
        @Override
        public Optional<String> promptId() {
            return Optional.of(id);
        }
    }
}
