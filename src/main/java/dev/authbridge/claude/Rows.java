package dev.authbridge.claude;

import java.util.List;
import java.util.function.Predicate;

/**
 * The rows of a screen from the top. What is further down is newer.
 *
 * @param columns width of the screen, to know which rows are full and go on in the next
 * @param text of each row
 */
record Rows(int columns, List<String> text) {
    Rows {
        text = List.copyOf(text);
    }

    /** Where these words stand last; −1 where they do not. */
    int last(String words) {
        return last(row -> row.contains(words));
    }

    /** Where such a row stands last; −1 where there is none. */
    int last(Predicate<String> row) {
        for (int index = text.size() - 1; index >= 0; index--) {
            if (row.test(text.get(index))) {
                return index;
            }
        }
        return -1;
    }

    String at(int index) {
        return text.get(index);
    }

    /** From the first, which counts, to the last, which does not. */
    List<String> between(int from, int to) {
        return text.subList(from, to);
    }

    List<String> after(int index) {
        return between(index + 1, text.size());
    }

    /** What begins in this row and has no blank in it, put together again where it was broken at the edge. */
    String wordFrom(int index) {
        StringBuilder word = new StringBuilder(at(index).strip());
        for (int row = index; isFull(row) && row + 1 < text.size(); row++) {
            String next = at(row + 1).strip();
            if (next.isEmpty() || next.contains(" ")) {
                break;
            }
            word.append(next);
        }
        return word.toString();
    }

    /** From 2.1.150 on a wrapped row may leave the last column free. */
    private boolean isFull(int index) {
        return at(index).stripTrailing().length() >= columns - 1;
    }
}
