package dev.authbridge.web;

import com.microsoft.playwright.Browser;
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
}
