package dev.authbridge.support;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Real browsers for the tests: the system's own where there is one, Playwright's elsewhere.
 *
 * <p>To be used by the thread that made it, as Playwright asks. Ends its browsers with {@link #close()}.
 */
public final class Browsers implements AutoCloseable {
    /** Without these Chromium looks up hosts of its maker at every start. */
    private static final List<String> QUIET = List.of(
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));

    /**
     * Starts a Chromium without a window, which keeps pages that were left, as people's browsers do.
     *
     * @param more arguments for its command line
     */
    public Browser chromium(String... more) {
        List<String> arguments = Stream.concat(QUIET.stream(), Stream.of(more)).toList();
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setHeadless(true)
                .setArgs(arguments)
                .setIgnoreDefaultArgs(List.of("--disable-back-forward-cache"));
        Optional<Path> installed = onPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
        if (installed.isPresent()) {
            return playwright.chromium().launch(options.setExecutablePath(installed.get()));
        }
        installOwn("chromium", "Chromium (Debian: apt-get install chromium)");
        return playwright.chromium().launch(options);
    }

    /** Starts a Firefox without a window: the system's own ESR over WebDriver BiDi, else Playwright's. */
    public Browser firefox() {
        return firefox(Map.of());
    }

    private Browser firefox(Map<String, Object> preferences) {
        BrowserType.LaunchOptions options =
                new BrowserType.LaunchOptions().setHeadless(true).setFirefoxUserPrefs(preferences);
        Optional<Path> installed = onPath("firefox-esr", "firefox");
        if (installed.isPresent()) {
            return playwright.firefox().launch(options.setChannel("moz-firefox").setExecutablePath(installed.get()));
        }
        installOwn("firefox", "Firefox (Debian: apt-get install firefox-esr)");
        return playwright.firefox().launch(options);
    }

    /**
     * Starts a browser in which pages are looked at like this; it knows this machine by {@link Viewing#OTHER_NAME} too.
     *
     * @return its one context; the browser is closed with {@code browser().close()}
     */
    public BrowserContext open(Engine engine, Viewing viewing) {
        Look look = viewing.look();
        boolean chromium = engine == Engine.CHROMIUM;
        Browser browser = chromium
                ? chromium("--host-resolver-rules=MAP " + Viewing.OTHER_NAME + " 127.0.0.1")
                : firefox(viewing.firefoxPreferences());
        return browser.newContext((chromium ? look.options() : look.inAnyBrowser())
                .setColorScheme(viewing.scheme())
                .setReducedMotion(viewing.motion()));
    }

    private static void installOwn(String browser, String whatToInstall) {
        String message = "No browser to test with: install " + whatToInstall;
        Path cli = Path.of(System.getProperty("playwright.cli.dir"), "package", "cli.js");
        try {
            Process install = new ProcessBuilder("node", cli.toString(), "install", browser)
                    .inheritIO()
                    .start();
            if (install.waitFor() != 0) {
                throw new IllegalStateException(message);
            }
        } catch (IOException e) {
            throw new IllegalStateException(message, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(message, e);
        }
    }

    static Optional<Path> onPath(String... names) {
        String[] folders = System.getenv("PATH").split(File.pathSeparator);
        return Stream.of(names)
                .flatMap(name -> Stream.of(folders).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
