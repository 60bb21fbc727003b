package dev.authbridge.support;

import com.microsoft.playwright.Browser;
import org.junit.jupiter.api.BeforeAll;

/** Tests in the Chromium that all tests of this JVM share. */
@Needs(Tool.CHROMIUM)
public abstract class InChromium {
    protected static Browser chromium;

    @BeforeAll
    static void startBrowser() {
        chromium = Browsers.chromium();
    }
}
