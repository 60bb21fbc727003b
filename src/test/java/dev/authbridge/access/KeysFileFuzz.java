package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fuzz target: any text as the keys file. It is either read, or refused with sentences that name each bad line and never
 * repeat what is in it. Each sentence has to be listed here.
 */
public final class KeysFileFuzz {
    private static final Pattern FAULT = Pattern.compile("line ([0-9]{1,7}) (.*)", Pattern.DOTALL);
    private static final Set<String> SENTENCES = Set.of(
            "is not owner:sha256-of-key:scope,scope",
            "has no SHA-256 in its middle: 64 hexadecimal digits, as of \"printf %s KEY | sha256sum\"",
            "has a bad owner or scope: an owner's name has 1 to 64 characters out of a-z 0-9 . _ - and begins with a"
                    + " letter or digit",
            "has a bad owner or scope: the scopes are login and read-credential",
            "has the hash of a key that anybody can guess",
            "has a key that belongs to another owner already");

    private KeysFileFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(input)).toString();
        } catch (CharacterCodingException e) {
            // The file is refused as a whole before its lines are read.
            return;
        }
        List<AccessKey> keys;
        try {
            keys = KeysFile.parse(text);
        } catch (KeysFile.Unusable unusable) {
            check(unusable.faults(), text.lines().count());
            return;
        }
        Set<String> hashes = new TreeSet<>();
        for (AccessKey key : keys) {
            require(hashes.add(key.sha256()), "a key twice");
            require(key.sha256().length() == 64 && !key.scopes().isEmpty(), "a key without a hash or scope");
        }
    }

    private static void check(List<String> faults, long lines) {
        require(!faults.isEmpty(), "an unusable file without a fault");
        for (String fault : faults) {
            Matcher matcher = FAULT.matcher(fault);
            require(matcher.matches(), "a fault names no line: " + fault);
            int line = Integer.parseInt(matcher.group(1));
            require(line >= 1 && line <= lines, "a fault names the wrong line: " + fault);
            require(SENTENCES.contains(matcher.group(2)), "a sentence that is not listed: " + fault);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
