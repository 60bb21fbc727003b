package dev.authbridge.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The fields of one incoming JSON object; fields that the server does not know are ignored. */
public final class Fields {
    private static final int LONGEST_ID = 64;

    private final String within;
    private final JsonNode node;

    /** @param within the name of the field that holds this object, with a dot after it; empty for the outermost */
    Fields(String within, JsonNode node) {
        this.within = within;
        this.node = node;
    }

    /** @throws BadMessage if the field is not there or is no object */
    public Fields object(String name) throws BadMessage {
        JsonNode value = required(name);
        if (!value.isObject()) {
            throw new BadMessage("The field \"" + within + name + "\" is not an object.");
        }
        return new Fields(within + name + ".", value);
    }

    /** @throws BadMessage if the field is not there, is no string, or is an empty one */
    public String text(String name) throws BadMessage {
        return string(name, required(name));
    }

    /** @throws BadMessage if the field is there, but no string, or an empty one */
    public Optional<String> optionalText(String name) throws BadMessage {
        JsonNode value = node.get(name);
        return value == null ? Optional.empty() : Optional.of(string(name, value));
    }

    /** @throws BadMessage if the field is not there, or is neither true nor false */
    public boolean requiredFlag(String name) throws BadMessage {
        required(name);
        return flag(name);
    }

    /** False if the field is not there. @throws BadMessage if it is there, but neither true nor false */
    public boolean flag(String name) throws BadMessage {
        JsonNode value = node.get(name);
        if (value != null && !value.isBoolean()) {
            throw new BadMessage("The field \"" + within + name + "\" is neither true nor false.");
        }
        return value != null && value.booleanValue();
    }

    /** @throws BadMessage if the field is there, but no whole number that a {@code long} can hold */
    Optional<Long> optionalWholeNumber(String name) throws BadMessage {
        JsonNode value = node.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new BadMessage("The field \"" + within + name + "\" is not a whole number.");
        }
        return Optional.of(value.longValue());
    }

    /** @throws BadMessage as {@link #text}, and for more than 64 characters */
    public String id(String name) throws BadMessage {
        String id = text(name);
        if (id.length() > LONGEST_ID) {
            throw new BadMessage("The field \"" + within + name + "\" has more than " + LONGEST_ID + " characters.");
        }
        return id;
    }

    /** @throws BadMessage if the field is not there or is no string; it may be an empty one */
    public String string(String name) throws BadMessage {
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw new BadMessage("The field \"" + within + name + "\" is not a string.");
        }
        return value.textValue();
    }

    private JsonNode required(String name) throws BadMessage {
        JsonNode value = node.get(name);
        if (value == null) {
            throw new BadMessage("The field \"" + within + name + "\" is missing.");
        }
        return value;
    }

    private String string(String name, JsonNode value) throws BadMessage {
        if (!value.isTextual()) {
            throw new BadMessage("The field \"" + within + name + "\" is not a string.");
        }
        if (value.textValue().isEmpty()) {
            throw new BadMessage("The field \"" + within + name + "\" is empty.");
        }
        return value.textValue();
    }
}
