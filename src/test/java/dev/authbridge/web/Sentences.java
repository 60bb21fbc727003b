package dev.authbridge.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The component's tables of English texts, read from its scripts, to find the screen with the longest sentence. */
final class Sentences {
    private static final Path SCRIPTS = Path.of("webroot", "claude-login");

    /** One line of a table. A text that spans lines or is concatenated is not found, and fails the test that needs it. */
    private static final Pattern ENTRY = Pattern.compile("(?m)^\\t(\\w+): '(.*)',$");

    private final Map<String, String> texts = new HashMap<>();

    Sentences() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".js")).toList()) {
                Matcher entries = ENTRY.matcher(Files.readString(file));
                while (entries.find()) {
                    texts.put(entries.group(1), entries.group(2));
                }
            }
        }
    }

    /** For each kind of screen the one with the longest sentence, in the order of the kinds. */
    List<Screen> longestOfEachKind(Collection<Screen> screens) {
        Map<String, Screen> longest = screens.stream()
                .collect(Collectors.toMap(
                        Screen::kind,
                        screen -> screen,
                        BinaryOperator.maxBy(Comparator.comparingInt(this::lengthOfSentence)),
                        LinkedHashMap::new));
        return List.copyOf(longest.values());
    }

    private int lengthOfSentence(Screen screen) {
        String text = texts.get(screen.sentence());
        if (text == null) {
            throw new IllegalStateException("no text has the name that " + screen + " gives: " + screen.sentence());
        }
        return text.length();
    }
}
