package dev.authbridge.support;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;

/** How a page is looked at. */
public enum Look {
    DESKTOP_LIGHT(1280, 860, false, ColorScheme.LIGHT),
    DESKTOP_DARK(1280, 860, false, ColorScheme.DARK),
    PHONE_LIGHT(360, 740, true, ColorScheme.LIGHT),
    PHONE_DARK(360, 740, true, ColorScheme.DARK);

    private final int width;
    private final int height;
    private final boolean phone;
    private final ColorScheme scheme;

    Look(int width, int height, boolean phone, ColorScheme scheme) {
        this.width = width;
        this.height = height;
        this.phone = phone;
        this.scheme = scheme;
    }

    public NewContextOptions options() {
        return new NewContextOptions()
                .setViewportSize(width, height)
                .setDeviceScaleFactor(phone ? 2 : 1)
                .setHasTouch(phone)
                .setIsMobile(phone)
                .setLocale("en-GB")
                .setColorScheme(scheme);
    }

    /** For file names: {@code desktop-light}. */
    public String fileName() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
