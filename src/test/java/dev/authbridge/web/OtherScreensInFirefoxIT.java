package dev.authbridge.web;

import dev.authbridge.support.Engine;

/** The same in Firefox. */
class OtherScreensInFirefoxIT extends OtherScreensIT {
    @Override
    Engine engine() {
        return Engine.FIREFOX;
    }
}
