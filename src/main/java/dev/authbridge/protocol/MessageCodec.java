package dev.authbridge.protocol;

import dev.authbridge.core.Secret;
import java.util.Map;
import java.util.Optional;

/** Turns text frames into messages and messages into text frames. Has no state; may be used from any thread. */
public final class MessageCodec {
    private static final Map<String, Reader> READERS = Map.of(
            "claude.auth.start", data -> new ClientMessage.Start(key(data)),
            "claude.auth.code", data -> new ClientMessage.Code(key(data), new Secret(data.text("code"))),
            "claude.auth.cancel", data -> new ClientMessage.Cancel(key(data)),
            "claude.auth.status", data -> new ClientMessage.AskStatus(key(data), data.optionalWholeNumber("seq")),
            "claude.chat.prompt",
                    ofPrompt(
                            (data, id) -> new ClientMessage.ChatPrompt(key(data), id, new Secret(data.text("prompt")))),
            "claude.chat.stop", ofPrompt((data, id) -> new ClientMessage.ChatStop(key(data), id)));

    private MessageCodec() {}

    /** @throws BadMessage for everything that is no message of a client, naming the fault */
    public static ClientMessage read(String text) throws BadMessage {
        Fields message = StrictJson.read(text);
        Reader reader = READERS.get(message.text("event"));
        if (reader == null) {
            throw new BadMessage("The field \"event\" names no event that a client may send.");
        }
        return reader.read(message.object("data"));
    }

    /** The message as one text frame. */
    public static String write(ServerMessage message) {
        return StrictJson.write(new Data().put("event", message.event()).put("data", message.data()));
    }

    private static Optional<Secret> key(Fields data) throws BadMessage {
        return data.optionalText("key").map(Secret::new);
    }

    /** A fault in what follows the id is told with the id. */
    private static Reader ofPrompt(PromptReader reader) {
        return data -> {
            String id = data.id("id");
            try {
                return reader.read(data, id);
            } catch (BadMessage e) {
                throw new BadMessage(e.getMessage(), Optional.of(id));
            }
        };
    }

    @FunctionalInterface
    private interface PromptReader {
        ClientMessage read(Fields data, String id) throws BadMessage;
    }

    @FunctionalInterface
    private interface Reader {
        ClientMessage read(Fields data) throws BadMessage;
    }
}
