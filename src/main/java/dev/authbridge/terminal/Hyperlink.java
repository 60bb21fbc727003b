package dev.authbridge.terminal;

import java.util.Objects;

/**
 * A hyperlink that the program gave its text (OSC 8, <a
 * href="https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda">Hyperlinks in terminal emulators</a>).
 *
 * @param address where it leads, as the program sent it: not checked, hostile until parsed
 * @param text the characters printed for it, without the blanks and line breaks that cursor moves leave
 */
public record Hyperlink(String address, String text) {
    public Hyperlink {
        Objects.requireNonNull(address);
        Objects.requireNonNull(text);
    }

    /** Without the address: it may be an authorization URL, which no log may hold. */
    @Override
    public String toString() {
        return "Hyperlink[" + address.length() + " characters]";
    }
}
