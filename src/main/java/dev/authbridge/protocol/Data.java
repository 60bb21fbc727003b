package dev.authbridge.protocol;

import dev.authbridge.core.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The fields of one outgoing JSON object, in the order in which they are put. */
public final class Data {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    /** @param fields with values that {@link #put} takes */
    public static Data of(Map<String, ?> fields) {
        Data data = new Data();
        fields.forEach(data::put);
        return data;
    }

    /** @param value a string, number, boolean, list or map; anything else, as an {@code Instant}, goes as its text */
    public Data put(String name, Object value) {
        fields.put(name, plain(value));
        return this;
    }

    /** Puts nothing for an empty value. */
    public Data put(String name, Optional<?> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    /** Puts both of its times, or nothing. */
    public Data put(Optional<Deadline> deadline) {
        return put("expiresAt", deadline.map(Deadline::expiresAt)).put("now", deadline.map(Deadline::now));
    }

    /** The fields, not to be changed. */
    public Map<String, Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    private static Object plain(Object value) {
        if (value instanceof Data data) {
            return data.fields();
        }
        if (value instanceof Secret secret) {
            return secret.reveal();
        }
        boolean json = value instanceof Number
                || value instanceof Boolean
                || value instanceof Map<?, ?>
                || value instanceof Iterable<?>;
        return json ? value : value.toString();
    }
}
