package dev.authbridge.support;

import java.util.Locale;

/** The browser engines in which every page is tested. */
public enum Engine {
    CHROMIUM,
    FIREFOX;

    /** Its name as a part of file names. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
