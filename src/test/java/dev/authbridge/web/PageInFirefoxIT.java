package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Look;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import org.junit.jupiter.api.Test;

/** The same in Firefox. */
@Needs(Tool.FIREFOX)
class PageInFirefoxIT extends PageIT {
    @Override
    Browser launch() {
        return Browsers.firefox();
    }

    @Override
    BrowserContext desktop(Browser any) {
        return any.newContext(Look.DESKTOP.inAnyBrowser());
    }

    /** Firefox does that with any field when a page is reloaded; Chromium does it only when going back, see {@link ReturnIT}. */
    @Test
    void keepsWhatWasTypedWhenThePageIsReloaded() {
        awaitingCode();
        code.fill("half a co");
        page.evaluate("location.reload()");
        assertThat(code).hasValue("half a co");
    }
}
