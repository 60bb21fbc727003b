package dev.authbridge.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random terminal output from a seed: text, cursor moves, erasures and so on, in any order. */
final class RandomTraffic {
    private static final List<String> MOVES = List.of("A", "B", "C", "D", "E", "F", "G", "d", "e", "a", "`", "I", "Z");
    private static final List<String> CHANGES = List.of("@", "L", "M", "P", "S", "T", "X");
    private static final List<String> CONTROLS = List.of("\r\n", "\r", "\n", "\b", "\t");

    /** Characters of one cell, of two cells, and beyond the first plane. */
    private static final List<Integer> CHARACTERS =
            List.of(0x2714, 0x2588, 0x4e2d, 0xff21, 0x1f600, 0x20000, 0xa9, 0xad);

    /** Marks that join the character before, two of them beyond the first plane, one a variation selector. */
    private static final List<Integer> MARKS = List.of(0x301, 0x308, 0x200d, 0xfe0f, 0x1d167, 0xe0100);

    private static final List<String> WITHOUT_EFFECT = List.of(
            "\u001b[?u",
            "\u001b[<u",
            "\u001b[>4m",
            "\u001b[>0q",
            "\u001b[c",
            "\u001b[?2026h",
            "\u001b[?2026l",
            "\u001b[?25l",
            "\u001b[?1004h",
            "\u001b[38;2;1;2;3m",
            "\u001b[4:3m",
            "\u001b[0m",
            "\u001b]11;?\u0007",
            "\u001b]8;id=1;https://example.org/\u001b\\",
            "\u001b]8;;\u0007",
            "\u001bP>|text\u001b\\",
            "\u001b_text\u009c",
            "\u0007\u0000",
            "\u007f",
            "\u001b[1;2\u0018",
            "\u001b[1?5H",
            "\u001b[5$5H",
            "\u001b[7 q",
            "\u001b[5\u4e2d",
            "\u001b[6n");

    private final Random random;
    private final int columns;
    private final int rows;

    RandomTraffic(long seed, int columns, int rows) {
        this.random = new Random(seed);
        this.columns = columns;
        this.rows = rows;
    }

    List<String> pieces(int count) {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pieces.add(piece());
        }
        return pieces;
    }

    private String piece() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> text(1 + random.nextInt(columns / 2));
            case 3 -> text(columns - random.nextInt(3));
            case 4, 5 -> "\u001b[" + number() + any(MOVES);
            case 6, 7 -> "\u001b[" + number() + any(CHANGES) + (random.nextBoolean() ? "" : repeated());
            case 8 -> "\u001b[" + number() + ";" + number() + any(List.of("H", "f"));
            case 9 -> "\u001b[" + any(List.of("J", "2J", "3J", "K", "1K", "2K"));
            case 10 -> inAMode();
            case 11, 12 -> random.nextInt(4) == 0 ? excursion() : any(CONTROLS);
            case 13 -> tabStop();
            case 14 -> random.nextInt(4) == 0 ? stray() : text(2) + repeated();
            default -> random.nextInt(4) == 0 ? mode() : any(WITHOUT_EFFECT);
        };
    }

    private String repeated() {
        return any(List.of("q", "\u4e2d", "e\u0301", "\u4e2d\u0301\u0308")) + "\u001b[" + random.nextInt(columns / 2)
                + "b";
    }

    private String inAMode() {
        int row = 1 + random.nextInt(rows - 1);
        return any(List.of(
                "\u001b[4h" + text(1 + random.nextInt(columns)) + "\u001b[4l",
                "\u001b[4h" + text(2) + repeated() + "\u001b[4l",
                "\u001b[2K\u001b[?7l" + "z".repeat(columns) + "y\u001b[?7h",
                "\u001b[2K\u001b[?7l" + "z".repeat(columns) + "\u4e2d\u001b[?7h",
                "\u001b[2;" + rows + "r\u001b[?6h" + text(3) + "\u001b[" + number() + ";" + number() + "Hy\u001b["
                        + number() + "dz\u001b[?6l",
                // In the last row, at its end, xterm.js throws.
                "\u001b[" + row + ";" + number() + "H\u001b[1J"));
    }

    private String tabStop() {
        return any(List.of("\u001bH", "\u0088", "\u001b[g", "\u001b[3g", "\t\t", "\u001b[2I", "\u001b[2Z"));
    }

    /** A mark that has no character to join. */
    private String stray() {
        return any(List.of("\r", "\u001b[3G", "a\b")) + Character.toString(any(MARKS)) + any(List.of("", "x"));
    }

    /** Moves the cursor away and back without scrolling: only xterm.js moves a saved cursor when rows scroll. */
    private String excursion() {
        String there = "\u001b[" + number() + ";" + number() + "H";
        return any(List.of(
                "\u001b7" + there + "x\u001b8",
                "\u001b[s" + there + "\u001b[u",
                "\u001b7\u001b[r\u001b8",
                "\u001b[?1048h" + there + "\u001b[?1048l",
                "\u001b[?47l\u001b[?1049h" + text(3) + there + "y\u001b[?1049l",
                "\u001b[?47l\u001b[?1049h\u001b[2;3r" + there + text(3) + "\u001b[?1049l"));
    }

    private String mode() {
        int top = 1 + random.nextInt(rows);
        return any(List.of(
                "\u001b[" + top + ";" + (top + random.nextInt(rows)) + "r",
                "\u001b[r",
                "\u001bM",
                "\u001bD",
                "\u001bE",
                "\u001b(0",
                "\u001b(B",
                "\u001b)0",
                "\u001b%G",
                "\u000e",
                "\u000f",
                "\u001b#8",
                "\u0085",
                "\u001b[!p",
                "\u001b[?47h",
                "\u001b[?47l",
                "\u001bc"));
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            if (random.nextInt(20) > 0) {
                text.append((char) ('a' + random.nextInt(26)));
            } else {
                text.appendCodePoint(any(CHARACTERS));
            }
            for (int marks = random.nextInt(40) - 36; marks > 0; marks--) {
                text.appendCodePoint(any(MARKS));
            }
        }
        return text.toString();
    }

    private String number() {
        int number = random.nextInt(10) == 0 ? 5000 : random.nextInt(Math.max(columns, rows) / 2);
        return random.nextInt(6) == 0 ? "" : Integer.toString(number);
    }

    private <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }
}
