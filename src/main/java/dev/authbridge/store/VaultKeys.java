package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The master keys of a vault: those given in the configuration, or else those in {@code master.key}, one line of Base64 for
 * each, the current one first.
 *
 * <p>The file is read at every use (40 µs), so that a running server notices when a command replaces the key. Every
 * failure is an {@link IOException} whose message says what to do. Writing needs {@link FolderLock}.
 */
final class VaultKeys {
    static final String NAME = "master.key";

    private final VaultFolder folder;
    private final Optional<MasterKeys> given;

    VaultKeys(VaultFolder folder, Optional<MasterKeys> given) {
        this.folder = folder;
        this.given = given;
    }

    /** Whether the keys are given in the configuration; if so, the file is ignored. */
    boolean areGiven() {
        return given.isPresent();
    }

    /** Empty if none are given and there is no file. */
    Optional<MasterKeys> find() throws IOException {
        return given.isPresent() ? given : inFile();
    }

    MasterKeys all() throws IOException {
        return find().orElseThrow(() -> new IOException("there is no " + NAME + "; restore it from a backup"));
    }

    private Optional<MasterKeys> inFile() throws IOException {
        Optional<byte[]> content = folder.read(NAME);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(content.get(), US_ASCII).strip();
        try {
            return Optional.of(MasterKeys.parse(
                    text.lines().filter(line -> !line.isBlank()).collect(Collectors.joining(","))));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    folder.path().resolve(NAME)
                            + " does not contain a master key (32 bytes in Base64, one key on each line); restore it from a backup");
        }
    }

    /** Replaces the file; it is safely on disk when this returns. */
    void write(MasterKeys keys) throws IOException {
        String text = keys.all().stream().map(key -> key.reveal() + "\n").collect(Collectors.joining());
        folder.write(NAME, text.getBytes(US_ASCII));
    }

    /** A value that changes when the file is replaced. */
    String stamp() throws IOException {
        return given.isPresent() ? "given" : folder.stamp(NAME);
    }
}
