package dev.authbridge.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The master keys of a vault: the first encrypts, and each can decrypt. There are two while a key is being replaced.
 *
 * @param all at least one, the current one first
 */
public record MasterKeys(List<MasterKey> all) {
    /** The accepted form, for the error message. */
    private static final String EXPECTED = "must be 32 random bytes in Base64, 44 characters ending in '='"
            + " (openssl rand -base64 32), or several of them with commas between, the current one first";

    public MasterKeys {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no master key");
        }
    }

    /**
     * Reads the value of {@code CLAUDE_AUTH_MASTER_KEY}.
     *
     * @throws IllegalArgumentException for any other form, saying which one is accepted and nothing of the value
     */
    public static MasterKeys parse(String text) {
        List<MasterKey> keys = new ArrayList<>();
        for (String part : text.strip().split(",", -1)) {
            keys.add(MasterKey.parse(part.strip()).orElseThrow(() -> new IllegalArgumentException(EXPECTED)));
        }
        return new MasterKeys(keys);
    }

    MasterKey current() {
        return all.get(0);
    }

    Optional<MasterKey> find(String id) {
        return all.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** A key for one purpose, made from the current master key; see {@link MasterKey#derive}. */
    public byte[] derive(String purpose) {
        return current().derive(purpose);
    }

    String ids() {
        return all.stream().map(MasterKey::id).collect(Collectors.joining(", "));
    }
}
