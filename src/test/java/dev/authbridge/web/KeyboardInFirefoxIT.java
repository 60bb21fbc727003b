package dev.authbridge.web;

import dev.authbridge.support.Engine;

/** The same in Firefox. */
class KeyboardInFirefoxIT extends KeyboardIT {
    @Override
    Engine engine() {
        return Engine.FIREFOX;
    }
}
