package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The master keys in {@code master.key}, a line of Base64 each, the current one first.
 *
 * <p>It is read anew for every use (40 µs), so that a server goes on by itself while a command replaces the key.
 */
final class KeyFile {
    static final String NAME = "master.key";

    private final VaultFolder folder;

    KeyFile(VaultFolder folder) {
        this.folder = folder;
    }

    Optional<MasterKeys> read() throws IOException {
        Optional<byte[]> content = folder.read(NAME);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(content.get(), US_ASCII).strip();
        try {
            return Optional.of(MasterKeys.parse(text.replaceAll("\\s*\n\\s*", ",")));
        } catch (IllegalArgumentException e) {
            throw new IOException(folder.path().resolve(NAME)
                    + " holds no master key (32 bytes in Base64 on a line each); restore it from a backup");
        }
    }

    /** Safe on disk when it returns; only for who holds the folder's lock. */
    void write(MasterKeys keys) throws IOException {
        String text = keys.all().stream().map(key -> key.reveal() + "\n").collect(Collectors.joining());
        folder.write(NAME, text.getBytes(US_ASCII));
    }
}
