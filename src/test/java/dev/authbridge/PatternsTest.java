package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No regular expression takes long, whatever it is applied to. The patterns are found in the classes and sources
 * themselves, so that none can be forgotten.
 *
 * <p>The worst input is not known, so each pattern is tried with texts of full length that are made of the characters of the
 * pattern, alone and in pairs, with and without something at the end that makes the match fail.
 */
class PatternsTest {
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Of a pattern that seems slow: the machine may be busy, and the code not compiled yet. */
    private static final int RUNS = 100;

    private static final int MOST_PIECES = 18;
    private static final int SHORTER = 16;
    private static final int IN_FULL_LENGTH = 25;

    /** The longest message of a client; no header is longer. */
    private static final int USUAL_LENGTH = 8_192;

    /** Classes whose patterns are applied to longer or only to shorter texts. */
    private static final Map<String, Integer> LENGTHS =
            Map.of("PastedCode", 4_096, "PastedText", 4_096, "CodesInText", 4_096, "ClaudeDiagnosis", 65_536);

    /** Regular expressions that are arguments, and not string literals. */
    private static final Set<String> NOT_LITERAL = Set.of("File.pathSeparator");

    private static final Pattern COMPILED = Pattern.compile("\\bPattern\\.compile\\(");
    private static final Pattern INLINE = Pattern.compile(
            "\\.(matches|split|replaceAll|replaceFirst)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"(?:\\s*\\+\\s*)?)+|[\\w.]+)\\s*([,)])");
    private static final Pattern UNICODE = Pattern.compile("(?<!\\\\)\\\\u([0-9a-fA-F]{4})");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** @param matchesOnly whether it is only ever applied to a whole text */
    private record Named(String name, Pattern pattern, int length, boolean matchesOnly) {}

    /** One piece again and again. */
    private record Text(String start, String piece, String end) {
        String of(int length) {
            return start + piece.repeat(length / piece.length()) + end;
        }
    }

    @Test
    void noPatternTakesLongForAnyTextOfFullLength() throws Exception {
        Map<String, String> slow = new TreeMap<>();
        List<Named> all = all();
        assertTrue(all.size() > 40, "only " + all.size() + " patterns were found");
        for (Named each : all) {
            slowText(each, RUNS).ifPresent(text -> slow.put(each.name(), each.pattern() + " for " + text));
        }
        assertEquals(Map.of(), slow);
    }

    @Test
    void aPatternThatBacktracksIsFound() {
        Named wrapping = new Named("wrapping", Pattern.compile("^[\"(]+|[\"()]+$"), 4_096, false);
        Named half = new Named("half", Pattern.compile("[a-z]*#?[a-z]*"), 4_096, true);
        // A few runs are enough, since each of them is slow.
        assertTrue(slowText(wrapping, 3).isPresent());
        assertTrue(slowText(half, 3).isPresent());
    }

    /** Only the texts that take longest when they are short are tried in full length. */
    private static Optional<String> slowText(Named named, int runs) {
        Map<Long, Set<Text>> byTime = new TreeMap<>(Comparator.reverseOrder());
        for (Text text : texts(named)) {
            long nanos = nanos(named, text.of(named.length() / SHORTER), runs);
            byTime.computeIfAbsent(nanos, none -> new LinkedHashSet<>()).add(text);
            if (nanos > MOST_NANOS) {
                // The worst patterns would run for minutes.
                return Optional.of(text + ": " + nanos + " ns already for a short one");
            }
        }
        List<Text> slowest = byTime.values().stream()
                .flatMap(Set::stream)
                .limit(IN_FULL_LENGTH)
                .toList();
        for (Text text : slowest) {
            long nanos = nanos(named, text.of(named.length()), runs);
            if (nanos > MOST_NANOS) {
                return Optional.of(text + ": " + nanos + " ns");
            }
        }
        return Optional.empty();
    }

    private static List<Named> all() throws Exception {
        List<Named> all = new ArrayList<>();
        Set<String> notFound = new TreeSet<>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            String name = file.getFileName().toString().replace(".java", "");
            int length = LENGTHS.getOrDefault(name, USUAL_LENGTH);
            List<Named> compiled = new ArrayList<>();
            for (Map.Entry<String, Pattern> field : fields(file).entrySet()) {
                compiled.add(new Named(
                        name + "." + field.getKey(), field.getValue(), length, onlyMatches(source, field.getKey())));
            }
            if (COMPILED.matcher(source).results().count() != compiled.size()) {
                notFound.add(name + ": a Pattern belongs into a static final field");
            }
            all.addAll(compiled);
            Matcher inline = INLINE.matcher(source);
            while (inline.find()) {
                boolean ofMatcher =
                        inline.group(1).startsWith("replace") && inline.group(3).equals(")");
                boolean literal = inline.group(2).startsWith("\"");
                if (!literal && !ofMatcher && !NOT_LITERAL.contains(inline.group(2))) {
                    notFound.add(name + ": " + inline.group());
                } else if (literal && !ofMatcher) {
                    boolean matches = inline.group(1).equals("matches");
                    all.add(new Named(
                            name + "'s " + inline.group(1), Pattern.compile(text(inline.group(2))), length, matches));
                }
            }
        }
        assertEquals(Set.of(), notFound);
        return all;
    }

    /** Whether the pattern of this field is only ever applied to a whole text. */
    private static boolean onlyMatches(String source, String field) {
        List<String> uses = Pattern.compile("\\b" + field + "\\s*\\.matcher\\([^;]*;")
                .matcher(source)
                .results()
                .map(use -> use.group().replaceAll("\\s", ""))
                .toList();
        return !uses.isEmpty() && uses.stream().allMatch(use -> use.contains(").matches()"));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ImportsTest.MAIN)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    /** The patterns in the static fields of the classes of a source file, alone or in a list. */
    private static Map<String, Pattern> fields(Path source) throws Exception {
        Map<String, Pattern> patterns = new TreeMap<>();
        if (!Files.readString(source).contains("Pattern.compile(")) {
            return patterns;
        }
        String name = Path.of("src/main/java")
                .relativize(source)
                .toString()
                .replace(".java", "")
                .replace('/', '.');
        List<Class<?>> classes = new ArrayList<>(List.of(Class.forName(name)));
        for (int i = 0; i < classes.size(); i++) {
            classes.addAll(List.of(classes.get(i).getDeclaredClasses()));
            for (Field field : classes.get(i).getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                if (field.getType() == Pattern.class) {
                    field.setAccessible(true);
                    patterns.put(field.getName(), (Pattern) field.get(null));
                } else if (field.getGenericType().getTypeName().equals("java.util.List<java.util.regex.Pattern>")) {
                    field.setAccessible(true);
                    for (Object pattern : (List<?>) field.get(null)) {
                        patterns.put(field.getName() + " " + patterns.size(), (Pattern) pattern);
                    }
                }
            }
        }
        return patterns;
    }

    /** The value of string literals that are joined by plus signs. */
    private static String text(String source) {
        StringBuilder text = new StringBuilder();
        LITERAL.matcher(source).results().forEach(literal -> text.append(literal.group(1)));
        return UNICODE.matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))))
                .translateEscapes();
    }

    private static Set<Text> texts(Named named) {
        Set<String> pieces = new LinkedHashSet<>(List.of("a", "0", " ", "-", "\u00e9"));
        // The literal characters and words of the pattern, and the ends of its character classes.
        Matcher words = Pattern.compile("\\\\?([\\w/: -]{2,}|[^\\w\\s])")
                .matcher(named.pattern().pattern());
        while (words.find() && pieces.size() < MOST_PIECES) {
            pieces.add(words.group(1));
        }
        Set<Text> texts = new LinkedHashSet<>();
        for (String piece : pieces) {
            for (String end : List.of("", "!", "\u0001", "\n")) {
                texts.add(new Text("", piece, end));
            }
            for (String other : pieces) {
                texts.add(new Text(piece, other, "\u0001"));
                texts.add(new Text("", piece + other, "\u0001"));
            }
        }
        return texts;
    }

    /** The shortest of several times, as far as more than one is needed. */
    private static long nanos(Named named, String text, int runs) {
        long shortest = Long.MAX_VALUE;
        for (int run = 0; run < runs && shortest > MOST_NANOS; run++) {
            long before = System.nanoTime();
            if (named.matchesOnly()) {
                named.pattern().matcher(text).matches();
            } else {
                named.pattern().matcher(text).results().count();
            }
            shortest = Math.min(shortest, System.nanoTime() - before);
        }
        return shortest;
    }
}
