package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.Owner;
import dev.authbridge.core.StrictModes;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The keys file: one access key in each line, as {@code owner:sha256-of-key:scope,scope}. Empty lines and those that begin
 * with {@code #} are skipped. If several lines of one owner have the same key, it has the scopes of all of them.
 */
public final class KeysFile {
    private static final int LARGEST = 1 << 20;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private KeysFile() {}

    /** The file cannot be used. Has one sentence for each fault; none repeats what the file contains. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<String> faults;

        Unusable(List<String> faults) {
            super(String.join("; ", faults));
            this.faults = List.copyOf(faults);
        }

        public List<String> faults() {
            return faults;
        }
    }

    /**
     * Reads the file; blocks on the disk.
     *
     * @throws Unusable if the file cannot be read, has bad lines, or could be changed by other users; names all of that
     */
    public static List<AccessKey> read(Path file) throws Unusable {
        List<String> changeable = StrictModes.ofThisProcess().faults(file);
        if (!changeable.isEmpty()) {
            throw new Unusable(changeable.stream()
                    .map(fault -> "it is not safe from other users: " + fault)
                    .toList());
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new Unusable(List.of("it is larger than 1 MiB"));
            }
            return parse(Files.readString(file, UTF_8));
        } catch (CharacterCodingException e) {
            throw new Unusable(List.of("it is not UTF-8 text"));
        } catch (IOException e) {
            throw new Unusable(List.of("it cannot be read"));
        }
    }

    static List<AccessKey> parse(String text) throws Unusable {
        List<String> faults = new ArrayList<>();
        Map<String, AccessKey> keys = new LinkedHashMap<>();
        List<String> lines = text.lines().toList();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                AccessKey key = key(line);
                AccessKey before = keys.get(key.sha256());
                if (before != null && !before.owner().equals(key.owner())) {
                    throw new IllegalArgumentException("has a key that belongs to another owner already");
                }
                keys.put(key.sha256(), before == null ? key : merged(before, key));
            } catch (IllegalArgumentException e) {
                faults.add("line " + number + " " + e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new Unusable(faults);
        }
        return List.copyOf(keys.values());
    }

    private static AccessKey key(String line) {
        String[] parts = line.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("is not owner:sha256-of-key:scope,scope");
        }
        String owner = parts[0].strip();
        String sha256 = parts[1].strip();
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "has no SHA-256 in its middle: 64 hexadecimal digits, as of \"printf %s KEY | sha256sum\"");
        }
        if (GuessableKey.isHash(sha256.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("has the hash of a key that anybody can guess");
        }
        try {
            return new AccessKey(new Owner(owner), sha256.toLowerCase(Locale.ROOT), scopes(parts[2]));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has a bad owner or scope: " + e.getMessage(), e);
        }
    }

    private static Set<Scope> scopes(String text) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String name : text.split(",", -1)) {
            Scope found = null;
            for (Scope scope : Scope.values()) {
                if (scope.fileName().equals(name.strip())) {
                    found = scope;
                }
            }
            if (found == null) {
                throw new IllegalArgumentException("the scopes are login and read-credential");
            }
            scopes.add(found);
        }
        return scopes;
    }

    private static AccessKey merged(AccessKey one, AccessKey other) {
        Set<Scope> scopes = EnumSet.copyOf(one.scopes());
        scopes.addAll(other.scopes());
        return new AccessKey(one.owner(), one.sha256(), scopes);
    }
}
