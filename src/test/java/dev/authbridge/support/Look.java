package dev.authbridge.support;

import com.microsoft.playwright.Browser.NewContextOptions;
import java.util.Locale;

/** The device with which a page is viewed. */
public enum Look {
    DESKTOP(1280, 860, false),
    PHONE(360, 740, true);

    private final int width;
    private final int height;
    private final boolean touch;

    Look(int width, int height, boolean touch) {
        this.width = width;
        this.height = height;
        this.touch = touch;
    }

    public NewContextOptions options() {
        return inAnyBrowser().setIsMobile(touch);
    }

    /** Without the mobile viewport, which only Chromium can emulate. */
    public NewContextOptions inAnyBrowser() {
        return new NewContextOptions()
                .setViewportSize(width, height)
                .setDeviceScaleFactor(touch ? 2 : 1)
                .setHasTouch(touch)
                .setLocale("en-GB");
    }

    /** Its name as a part of file names. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
