package dev.authbridge.support;

import com.microsoft.playwright.Browser;
import org.junit.jupiter.api.BeforeAll;

/** Base of the tests that use the Chromium shared by all tests of this JVM. */
@Needs(Tool.CHROMIUM)
public abstract class InChromium {
    protected static Browser chromium;

    @BeforeAll
    static void startBrowser() {
        chromium = Browsers.chromium();
    }
}
