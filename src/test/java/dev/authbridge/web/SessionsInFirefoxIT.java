package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;

/** The same in Firefox. */
@Needs(Tool.FIREFOX)
class SessionsInFirefoxIT extends SessionsIT {
    @Override
    Browser launch() {
        return Browsers.firefox();
    }

    /** Here the connection ends later, and the login above may take the focus. */
    @Override
    void assertIsRead(Locator title) {
        assertThat(title).isVisible();
    }
}
