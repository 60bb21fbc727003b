package dev.authbridge.support;

import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** How a page is viewed: on which device, in which colour scheme, with or without reduced motion. */
public record Viewing(Look look, ColorScheme scheme, ReducedMotion motion) {
    /** A host name that resolves to this machine without being a loopback name. */
    public static final String OTHER_NAME = "bridge.test";

    /** Every device in every colour scheme, all with reduced motion, so that two pictures of a screen are alike. */
    public static List<Viewing> all() {
        return Stream.of(Look.values())
                .flatMap(look -> Stream.of(ColorScheme.LIGHT, ColorScheme.DARK)
                        .map(scheme -> new Viewing(look, scheme, ReducedMotion.REDUCE)))
                .toList();
    }

    /** Each device and each colour scheme once: a desktop in light colours, a phone in dark ones. */
    public static List<Viewing> opposites() {
        return all().stream().filter(one -> one.byTouch() == one.isDark()).toList();
    }

    public boolean byTouch() {
        return look == Look.PHONE;
    }

    public boolean isDark() {
        return scheme == ColorScheme.DARK;
    }

    /** The preferences for what Playwright can emulate only in its own Firefox: the system's Firefox obeys these instead. */
    Map<String, Object> firefoxPreferences() {
        int coarse = 1;
        int fineThatHovers = 2 | 4;
        int pointers = byTouch() ? coarse : fineThatHovers;
        return Map.of(
                "layout.css.prefers-color-scheme.content-override", isDark() ? 0 : 1,
                "ui.prefersReducedMotion", motion == ReducedMotion.REDUCE ? 1 : 0,
                "ui.primaryPointerCapabilities", pointers,
                "ui.allPointerCapabilities", pointers,
                "network.dns.localDomains", OTHER_NAME);
    }

    /** Its name as a part of file names. */
    public String fileName() {
        return look.fileName() + "-" + scheme.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return fileName() + (motion == ReducedMotion.REDUCE ? "" : ", moving");
    }
}
