package dev.authbridge.support;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The real browsers that the tests of one JVM share: the system's own where there is one, elsewhere Playwright's,
 * which {@code src/test/setup/install} downloads.
 *
 * <p>Each kind is started when it is first asked for, not for each class of tests, and ends with the JVM. A test opens contexts of its own, which share nothing with each other, and closes them. To be used by the one thread
 * that runs the tests, as Playwright asks.
 */
public final class Browsers {
    /** A name under which a page sees this machine as another one; {@link Viewing#OTHER_NAME} is one too. */
    public static final String OTHER_SITE = "host.test";

    private static final List<String> CHROMIUM_ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-quic",
            // Without these Chromium looks up hosts of its maker at every start.
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP " + Viewing.OTHER_NAME + " 127.0.0.1, MAP " + OTHER_SITE + " 127.0.0.1");

    private static Playwright playwright;
    private static Browser chromium;
    private static Browser firefox;
    private static Map<String, Object> firefoxPreferences;

    private Browsers() {}

    /** A Chromium without a window, which keeps pages that were left, as people's browsers do. */
    public static Browser chromium() {
        if (chromium == null || !chromium.isConnected()) {
            chromium = startChromium();
        }
        return chromium;
    }

    private static Browser startChromium() {
        Tool.CHROMIUM.require(Browsers.class);
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setHeadless(true)
                .setArgs(CHROMIUM_ARGUMENTS)
                .setIgnoreDefaultArgs(List.of("--disable-back-forward-cache"));
        Optional<Path> installed = onPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
        if (installed.isPresent()) {
            return playwright().chromium().launch(options.setExecutablePath(installed.get()));
        }
        return playwright().chromium().launch(options);
    }

    /** A Firefox without a window: the system's own ESR over WebDriver BiDi, else Playwright's. */
    public static Browser firefox() {
        return firefox(Map.of());
    }

    /** A Firefox reads some preferences only when it starts, so there is another one for other preferences. */
    private static Browser firefox(Map<String, Object> preferences) {
        if (firefox == null || !firefox.isConnected() || !preferences.equals(firefoxPreferences)) {
            if (firefox != null) {
                firefox.close();
            }
            firefox = startFirefox(preferences);
            firefoxPreferences = preferences;
        }
        return firefox;
    }

    private static Browser startFirefox(Map<String, Object> preferences) {
        Tool.FIREFOX.require(Browsers.class);
        BrowserType.LaunchOptions options =
                new BrowserType.LaunchOptions().setHeadless(true).setFirefoxUserPrefs(preferences);
        Optional<Path> installed = onPath("firefox-esr", "firefox");
        if (installed.isPresent()) {
            return playwright()
                    .firefox()
                    .launch(options.setChannel("moz-firefox").setExecutablePath(installed.get()));
        }
        return playwright().firefox().launch(options);
    }

    /** Opens a context in which pages are looked at like this. */
    public static BrowserContext open(Engine engine, Viewing viewing) {
        Look look = viewing.look();
        boolean inChromium = engine == Engine.CHROMIUM;
        Browser browser = inChromium ? chromium() : firefox(viewing.firefoxPreferences());
        return browser.newContext((inChromium ? look.options() : look.inAnyBrowser())
                .setColorScheme(viewing.scheme())
                .setReducedMotion(viewing.motion()));
    }

    private static Playwright playwright() {
        if (playwright == null) {
            playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "end of the browsers"));
        }
        return playwright;
    }

    static Optional<Path> onPath(String... names) {
        String[] folders = System.getenv("PATH").split(File.pathSeparator);
        return Stream.of(names)
                .flatMap(name -> Stream.of(folders).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
