package dev.authbridge.web;

import dev.authbridge.support.Engine;

/** The same in Firefox. */
class PhoneInFirefoxIT extends PhoneIT {
    @Override
    Engine engine() {
        return Engine.FIREFOX;
    }
}
