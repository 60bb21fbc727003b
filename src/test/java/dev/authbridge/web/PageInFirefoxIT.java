package dev.authbridge.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Look;

/** The same in Firefox. */
class PageInFirefoxIT extends PageIT {
    @Override
    Browser launch(Browsers any) {
        return any.firefox();
    }

    @Override
    BrowserContext desktop(Browser any) {
        return any.newContext(Look.DESKTOP.inAnyBrowser());
    }
}
