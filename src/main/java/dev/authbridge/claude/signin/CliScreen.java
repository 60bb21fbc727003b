package dev.authbridge.claude.signin;

import dev.authbridge.claude.ScreenRedaction;
import dev.authbridge.core.OneLine;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the CLI's screen shows at one moment. Further down on the screen means newer.
 *
 * @param columns width of the screen, to know which rows are full and continue in the next one
 * @param rows the text of each row, from the top
 * @param links addresses of the hyperlinks (OSC 8) that the CLI drew, in order
 */
record CliScreen(int columns, List<String> rows, List<String> links) {
    private static final Pattern WORDS = Pattern.compile("\\p{L}{2}");
    private static final int LONGEST_LOG_TEXT = 1_500;
    private static final int LONGEST_QUOTE = 300;

    CliScreen {
        rows = List.copyOf(rows);
        links = List.copyOf(links);
    }

    /** The last row that contains these words; −1 if there is none. */
    int last(String words) {
        return last(row -> row.contains(words));
    }

    /** The last row of which this is true; −1 if there is none. */
    int last(Predicate<String> isTrue) {
        for (int index = rows.size() - 1; index >= 0; index--) {
            if (isTrue.test(rows.get(index))) {
                return index;
            }
        }
        return -1;
    }

    String row(int index) {
        return rows.get(index);
    }

    /** The rows from the first index, inclusive, to the last, exclusive. */
    List<String> between(int from, int to) {
        return rows.subList(from, to);
    }

    List<String> after(int index) {
        return between(index + 1, rows.size());
    }

    /** The word that this row consists of, put together again if it was broken at the screen's edge. */
    String wordFrom(int index) {
        StringBuilder word = new StringBuilder(row(index).strip());
        for (int full = index; isFull(full) && full + 1 < rows.size(); full++) {
            String next = row(full + 1).strip();
            if (next.isEmpty() || next.contains(" ")) {
                break;
            }
            word.append(next);
        }
        return word.toString();
    }

    /** From 2.1.150 on a wrapped row may leave the last column free. */
    private boolean isFull(int index) {
        return row(index).stripTrailing().length() >= columns - 1;
    }

    /**
     * The screen as it may stand in a log: only rows with words in them, without invisible characters, and without anything that is
     * long enough to be a secret (a token, a code, an address). At most {@value #LONGEST_LOG_TEXT} characters, from its end.
     */
    String redacted() {
        return ending(words(rows).collect(Collectors.joining(" | ")), LONGEST_LOG_TEXT);
    }

    /** The words in the rows below this one, redacted likewise, as one line of at most {@value #LONGEST_QUOTE} characters. */
    String lastWords(int above) {
        return ending(words(after(above)).collect(Collectors.joining(" ")), LONGEST_QUOTE);
    }

    private static Stream<String> words(List<String> rows) {
        return rows.stream()
                .map(row -> OneLine.of(row, row.length()))
                .filter(row -> WORDS.matcher(row).find())
                .map(ScreenRedaction::redact);
    }

    private static String ending(String text, int most) {
        return text.length() <= most ? text : "…" + text.substring(text.length() - most + 1);
    }

    /** Without the text: it may hold a token. */
    @Override
    public String toString() {
        return "CliScreen[" + rows.size() + " rows]";
    }
}
