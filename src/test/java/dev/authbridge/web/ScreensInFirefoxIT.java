package dev.authbridge.web;

import dev.authbridge.support.Engine;

/** The same in Firefox. */
class ScreensInFirefoxIT extends ScreensIT {
    @Override
    Engine engine() {
        return Engine.FIREFOX;
    }
}
