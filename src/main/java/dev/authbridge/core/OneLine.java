package dev.authbridge.core;

/** Makes text from outside safe to show as one line of a file, a log or a page. */
public final class OneLine {
    private OneLine() {}

    /** Replaces control characters and line breaks by spaces, and cuts the text at the limit. */
    public static String of(String text, int limit) {
        String line =
                text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+", " ").strip();
        if (line.length() <= limit) {
            return line;
        }
        boolean splitsPair = Character.isHighSurrogate(line.charAt(limit - 1));
        return line.substring(0, splitsPair ? limit - 1 : limit) + "…";
    }
}
