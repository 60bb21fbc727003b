package dev.authbridge.support;

import com.microsoft.playwright.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests in one Chromium, which is started for the class and ended with it. */
public abstract class InChromium {
    protected static Browser chromium;
    private static Browsers browsers;

    @BeforeAll
    static void startBrowser() {
        browsers = new Browsers();
        chromium = browsers.chromium();
    }

    @AfterAll
    static void endBrowser() {
        browsers.close();
    }
}
