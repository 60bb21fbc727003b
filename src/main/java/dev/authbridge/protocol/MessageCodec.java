package dev.authbridge.protocol;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.authbridge.core.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Turns JSON into messages and records into JSON. Has no state; may be used from any thread.
 *
 * <p>Reading is strict: one object and nothing after it, no name twice, no deep nesting. What Jackson says about a fault can
 * repeat what was sent, so it is never passed on.
 *
 * <p>Writing takes a record's components as the JSON's fields, in their order. An empty {@link Optional} is left out, a time is
 * ISO 8601 in UTC, and a {@link Secret} is written only where its field is marked {@link RevealedToClient}. A class that is no
 * record is refused, so that nothing is written that was not made to be.
 */
public final class MessageCodec {
    private static final int DEEPEST = 8;
    private static final int LONGEST_NUMBER = 32;
    private static final int LONGEST_NAME = 128;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxNameLength(LONGEST_NAME)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .visibility(PropertyAccessor.ALL, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .serializationInclusion(JsonInclude.Include.NON_ABSENT)
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule()
                    .setSerializerModifier(new RecordsOnly())
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addSerializer(Secret.class, new SecretSerializer(false)))
            .build();

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
        Fields message = readObject(text);
        Reader reader = READERS.get(message.text("event"));
        if (reader == null) {
            throw new BadMessage("The field \"event\" names no event that a client may send.");
        }
        return reader.read(message.object("data"));
    }

    /** @throws BadMessage for everything that is not one JSON object */
    public static Fields readObject(String text) throws BadMessage {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (StreamConstraintsException e) {
            throw new BadMessage("The JSON is nested too deep, or has a name or number that is too long.");
        } catch (JsonProcessingException e) {
            boolean twice =
                    e.getOriginalMessage() != null && e.getOriginalMessage().startsWith("Duplicate field");
            throw new BadMessage(twice ? "The JSON has the same name twice." : "That is not valid JSON.");
        }
        if (!node.isObject()) {
            throw new BadMessage("That is not a JSON object.");
        }
        return new Fields("", node);
    }

    /** @throws BadMessage for everything that is not one JSON object in UTF-8 */
    public static Fields readObject(byte[] body) throws BadMessage {
        try {
            return readObject(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new BadMessage("The body is not valid UTF-8.");
        }
    }

    /** The message as one text frame. */
    public static String write(ServerMessage message) {
        return writeObject(new Frame(message.event(), message));
    }

    /**
     * The record as one line of JSON.
     *
     * @throws IllegalStateException for a secret that is not marked as meant for the client
     */
    public static String writeObject(Record fields) {
        try {
            return MAPPER.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("This record cannot be written: " + fields.getClass(), e);
        }
    }

    /** The same on several indented lines, for people. */
    public static String writeIndented(Record fields) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("This record cannot be written: " + fields.getClass(), e);
        }
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

    private record Frame(String event, ServerMessage data) {}

    @FunctionalInterface
    private interface PromptReader {
        ClientMessage read(Fields data, String id) throws BadMessage;
    }

    @FunctionalInterface
    private interface Reader {
        ClientMessage read(Fields data) throws BadMessage;
    }

    private static final class RecordsOnly extends BeanSerializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonSerializer<?> modifySerializer(
                SerializationConfig config, BeanDescription described, JsonSerializer<?> serializer) {
            // Plain values, such as text, come by here, too; they have serializers of their own kind.
            boolean byItsFields = serializer instanceof BeanSerializerBase || serializer instanceof UnknownSerializer;
            if (byItsFields && !described.getBeanClass().isRecord()) {
                throw new IllegalStateException(described.getBeanClass() + " is no record");
            }
            return serializer;
        }
    }

    /** Refuses, unless the field in which the secret stands is marked. */
    private static final class SecretSerializer extends JsonSerializer<Secret> implements ContextualSerializer {
        private final boolean marked;

        SecretSerializer(boolean marked) {
            this.marked = marked;
        }

        @Override
        public JsonSerializer<?> createContextual(SerializerProvider provider, BeanProperty field) {
            return new SecretSerializer(field != null && field.getAnnotation(RevealedToClient.class) != null);
        }

        @Override
        public void serialize(Secret secret, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (!marked) {
                throw JsonMappingException.from(json, "a secret in a field that is not marked as meant for the client");
            }
            json.writeString(secret.reveal());
        }
    }
}
