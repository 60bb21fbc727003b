package dev.authbridge.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Terminal traffic made by a seed: text, moves, erasures and the like in any order, as no sane program sends it. */
final class RandomTraffic {
    private static final List<String> MOVES = List.of("A", "B", "C", "D", "E", "F", "G", "d", "e", "a", "`", "I", "Z");
    private static final List<String> CHANGES = List.of("@", "L", "M", "P", "S", "T", "X");
    private static final List<String> CONTROLS = List.of("\r\n", "\r", "\n", "\b", "\t");
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
        return switch (random.nextInt(13)) {
            case 0, 1, 2 -> text(1 + random.nextInt(columns / 2));
            case 3 -> text(columns - random.nextInt(3));
            case 4, 5 -> "\u001b[" + number() + any(MOVES);
            case 6 ->
                "\u001b[" + number() + any(CHANGES)
                        + (random.nextBoolean() ? "" : "q\u001b[" + random.nextInt(columns) + "b");
            case 7 -> "\u001b[" + number() + ";" + number() + "H";
            case 8 -> "\u001b[" + any(List.of("J", "2J", "K", "1K", "2K"));
            case 9 ->
                any(List.of("\u001b[4hinsert\u001b[4l", "\u001b[2K\u001b[?7l" + "z".repeat(columns) + "y\u001b[?7h"));
            case 10, 11 -> random.nextInt(4) == 0 ? excursion() : any(CONTROLS);
            default -> random.nextInt(4) == 0 ? mode() : any(WITHOUT_EFFECT);
        };
    }

    /** Somewhere else and back: nothing scrolls meanwhile, which xterm.js takes into account and no other terminal. */
    private String excursion() {
        String there = "\u001b[" + number() + ";" + number() + "H";
        return any(List.of(
                "\u001b7" + there + "x\u001b8",
                "\u001b[s" + there + "\u001b[u",
                "\u001b7\u001b[r\u001b8",
                "\u001b[?1049h" + text(3) + there + "y\u001b[?1049l"));
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
                "\u001bc"));
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(
                    random.nextInt(20) == 0 ? any(List.of(0x2714, 0x2588, 0x4e2d)) : 'a' + random.nextInt(26));
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
