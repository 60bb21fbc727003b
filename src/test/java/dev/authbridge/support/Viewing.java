package dev.authbridge.support;

import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** How somebody looks at a page: with what, in which colours, and whether things may move. */
public record Viewing(Look look, ColorScheme scheme, ReducedMotion motion) {
    /** The name under which a page sees this machine as another one. */
    public static final String OTHER_NAME = "bridge.test";

    /** Every look in every colour scheme, and nothing moves: a picture of a moving thing is another one each time. */
    public static List<Viewing> all() {
        return Stream.of(Look.values())
                .flatMap(look -> Stream.of(ColorScheme.LIGHT, ColorScheme.DARK)
                        .map(scheme -> new Viewing(look, scheme, ReducedMotion.REDUCE)))
                .toList();
    }

    /** Each look and each colour scheme once: on a desktop by day, on a phone by night. */
    public static List<Viewing> opposites() {
        return all().stream().filter(one -> one.byTouch() == one.isDark()).toList();
    }

    public boolean byTouch() {
        return look == Look.PHONE;
    }

    public boolean isDark() {
        return scheme == ColorScheme.DARK;
    }

    /** What Playwright asks of Firefox by its own protocol only, said by preferences: the system's Firefox heeds those. */
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

    /** For file names. */
    public String fileName() {
        return look.fileName() + "-" + scheme.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return fileName() + (motion == ReducedMotion.REDUCE ? "" : ", moving");
    }
}
