package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.authbridge.core.Owner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Recognizes access keys that a person chose so that another person could guess them: common words, sequences, repetitions.
 *
 * <p>The estimate reads a key from left to right and counts bits for each character that does not follow from those before
 * it. It is generous: whatever it refuses is a bad key, but it does not know the names and dates of a person's life. Against
 * a server that can be asked ten thousand times a second, 45 bits last for a century.
 */
public final class GuessableKey {
    private static final int SHORTEST = 16;
    static final int LONGEST = 512;
    private static final int FEWEST_DIFFERENT = 6;
    private static final double FEWEST_BITS = 45;

    /** To guess which of the words below it is, and whether it is written with a capital letter or with digits for letters. */
    private static final double BITS_OF_WORD = 8;

    /** To guess which earlier part of the key is repeated. */
    private static final double BITS_OF_REPETITION = 5;

    /** To guess that a character is as far from the one before it as that one was: {@code aaa}, {@code 1234}, {@code 2468}. */
    private static final double BITS_OF_STEP = 1;

    private static final int SHORTEST_REPETITION = 4;

    /** Words of the commonest passwords, of this product, and rows of keyboards; in lower case. */
    private static final List<String> WORDS = words();

    private GuessableKey() {}

    private static List<String> words() {
        try (InputStream file = GuessableKey.class.getResourceAsStream("common-words")) {
            return List.of(new String(file.readAllBytes(), US_ASCII).strip().split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loaded only where there is a keys file: thousands of hashes have to be worked out. */
    private static final class Commonest {
        static final Set<String> HASHES = hashes();
    }

    /** Why the key cannot be used, as the end of a sentence that begins with the name of a variable; empty if it can. */
    public static Optional<String> fault(String key) {
        boolean printable = key.chars().allMatch(character -> character > ' ' && character < 0x7F);
        if (key.length() < SHORTEST || key.length() > LONGEST || !printable) {
            return Optional.of("must have " + SHORTEST + " to " + LONGEST
                    + " ASCII characters without blanks, for example" + " the output of \"openssl rand -hex 24\"");
        }
        boolean guessable = key.chars().distinct().count() < FEWEST_DIFFERENT || bits(key) < FEWEST_BITS;
        return guessable
                ? Optional.of(
                        "can be guessed: it consists of common words, sequences or repetitions. Use a random key, for"
                                + " example the output of \"openssl rand -hex 24\"")
                : Optional.empty();
    }

    /** Whether this is the hash of one of the commonest keys; of other keys a hash does not tell how they were chosen. */
    static boolean isHash(String sha256) {
        return Commonest.HASHES.contains(sha256);
    }

    /** About how many bits somebody has to guess. */
    static double bits(String key) {
        String text = plain(key);
        double perHexDigit = key.matches("[0-9a-f-]*") ? 4 : 0;
        double bits = 0;
        int at = 0;
        while (at < text.length()) {
            int word = longestWord(text, at);
            int repetition = longestRepetition(text, at);
            if (word > 0 && word >= repetition) {
                bits += BITS_OF_WORD;
                at += word;
            } else if (repetition >= SHORTEST_REPETITION) {
                bits += BITS_OF_REPETITION;
                at += repetition;
            } else {
                bits += isStep(text, at) ? BITS_OF_STEP : Math.max(perHexDigit, bitsOf(key, at));
                at++;
            }
        }
        return bits;
    }

    /** In lower case, and with the letters for which people write digits or signs. */
    private static String plain(String key) {
        String from = "@4301$5!7";
        String to = "aaeolssit";
        StringBuilder plain = new StringBuilder();
        String lower = key.toLowerCase(Locale.ROOT);
        for (int at = 0; at < lower.length(); at++) {
            int sign = from.indexOf(lower.charAt(at));
            boolean besideLetter = isLetter(lower, at - 1) || isLetter(lower, at + 1);
            plain.append(sign >= 0 && besideLetter ? to.charAt(sign) : lower.charAt(at));
        }
        return plain.toString();
    }

    private static boolean isLetter(String text, int at) {
        return at >= 0 && at < text.length() && Character.isLetter(text.charAt(at));
    }

    private static int longestWord(String text, int at) {
        return WORDS.stream()
                .filter(word -> text.startsWith(word, at))
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    /** The length of the longest piece that begins here and occurs earlier, too; they may overlap. */
    private static int longestRepetition(String text, int at) {
        int longest = 0;
        for (int earlier = 0; earlier < at; earlier++) {
            int length = 0;
            while (at + length < text.length() && text.charAt(earlier + length) == text.charAt(at + length)) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    /** Whether the last two steps are small and alike, so that {@code aabbcc} counts as well as {@code abc} and {@code 321}. */
    private static boolean isStep(String text, int at) {
        if (at < 2) {
            return false;
        }
        int last = text.charAt(at) - text.charAt(at - 1);
        int before = text.charAt(at - 1) - text.charAt(at - 2);
        boolean doubled = Math.abs(last) <= 1 && Math.abs(before) <= 1;
        return doubled || last == before && Math.abs(last) <= 3;
    }

    private static double bitsOf(String key, int at) {
        char character = key.charAt(at);
        if (Character.isDigit(character)) {
            return Math.log(10) / Math.log(2);
        }
        if (Character.isLetter(character)) {
            return Math.log(26) / Math.log(2);
        }
        // The same sign again and again separates words.
        return key.indexOf(character) < at ? 1 : 5;
    }

    /** Of each word, alone, doubled, and with what people append so that it is long enough. */
    private static Set<String> hashes() {
        List<String> keys = new ArrayList<>(List.of("0000000000000000", "1111111111111111", "aaaaaaaaaaaaaaaa"));
        for (String digits : List.of("1234567890123456", "0123456789abcdef", "1234567890abcdef", "abcdefghijklmnop")) {
            keys.add(digits);
            keys.add(digits + digits);
        }
        for (String word : WORDS) {
            String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            for (String start : List.of(word, capital)) {
                keys.add(start);
                keys.add(start + start);
                for (String end :
                        List.of("1", "12", "123", "1234", "12345", "123456", "123456789", "1234567890", "!")) {
                    keys.add(start + end);
                }
            }
        }
        for (int length = 1; length <= "12345678901234567890".length(); length++) {
            keys.add("12345678901234567890".substring(0, length));
        }
        keys.add("");
        Set<String> hashes = new HashSet<>();
        keys.forEach(
                key -> hashes.add(AccessKey.of(Owner.DEFAULT, key, Set.of()).sha256()));
        return hashes;
    }
}
