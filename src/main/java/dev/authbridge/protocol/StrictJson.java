package dev.authbridge.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads and writes JSON objects. Reading is strict: one object and nothing after it, no name twice, not deep. What Jackson
 * says about a fault can repeat what was sent, so it is never passed on.
 */
public final class StrictJson {
    private static final int DEEPEST = 8;
    private static final int LONGEST_NUMBER = 32;
    private static final int LONGEST_NAME = 128;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxNameLength(LONGEST_NAME)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private StrictJson() {}

    /** @throws BadMessage for everything that is not one JSON object */
    public static Fields read(String text) throws BadMessage {
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

    /** The object as one line of JSON. */
    public static String write(Data data) {
        try {
            return MAPPER.writeValueAsString(data.fields());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("outgoing data is not plain", e);
        }
    }
}
