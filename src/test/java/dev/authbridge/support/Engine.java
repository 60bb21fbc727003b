package dev.authbridge.support;

import java.util.Locale;

/** The kinds of browser that every page is tested in. */
public enum Engine {
    CHROMIUM,
    FIREFOX;

    /** For file names. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
