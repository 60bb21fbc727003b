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
 * The real browsers, shared by all tests of a JVM: the one that is installed on the system, else Playwright's,
 * which {@code src/test/setup/install} downloads.
 *
 * <p>Each browser is started when it is first needed and ends with the JVM. A test opens contexts of its own, which share
 * neither cookies nor storage, and closes them. For use by the thread that runs the tests, as Playwright requires.
 */
public final class Browsers {
    /** A host name that resolves to this machine without being a loopback name; {@link Viewing#OTHER_NAME} is another one. */
    public static final String OTHER_SITE = "host.test";

    /** One that counts as a site of the internet, in Chromium: at {@link #PUBLIC_ADDRESS}, which is on this machine, too. */
    public static final String PUBLIC_SITE = "public.test";

    public static final String PUBLIC_ADDRESS = "127.0.9.9";

    private static final List<String> CHROMIUM_ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-quic",
            // Otherwise Chromium looks up hosts of its vendor whenever it starts.
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP " + Viewing.OTHER_NAME + " 127.0.0.1, MAP " + OTHER_SITE + " 127.0.0.1, MAP "
                    + PUBLIC_SITE + " " + PUBLIC_ADDRESS,
            "--ip-address-space-overrides=" + PUBLIC_ADDRESS + "/32=public");

    private static Playwright playwright;
    private static Browser chromium;
    private static Browser firefox;
    private static Map<String, Object> firefoxPreferences;

    private Browsers() {}

    /** A headless Chromium with the back/forward cache switched on, as in people's browsers. */
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

    /** A headless Firefox: the system's ESR over WebDriver BiDi, else Playwright's. */
    public static Browser firefox() {
        return firefox(Map.of());
    }

    /** Firefox reads some preferences only when it starts, so other preferences need another Firefox. */
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

    /** Opens a context for pages that are viewed in this way. */
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
