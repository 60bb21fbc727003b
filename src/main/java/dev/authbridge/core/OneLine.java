package dev.authbridge.core;

/** Text from outside, made fit for one line of a file, a log or a page. */
public final class OneLine {
    private OneLine() {}

    /** Control characters and line breaks become blanks; what is longer than the limit is cut. */
    public static String of(String text, int limit) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+", " ")
                .strip();
        if (line.length() <= limit) {
            return line;
        }
        boolean splitsPair = Character.isHighSurrogate(line.charAt(limit - 1));
        return line.substring(0, splitsPair ? limit - 1 : limit) + "…";
    }
}
