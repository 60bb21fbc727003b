package dev.authbridge.web;

import dev.authbridge.support.Engine;

/** The same in Firefox. */
class ErrorsInFirefoxIT extends ErrorsIT {
    @Override
    Engine engine() {
        return Engine.FIREFOX;
    }
}
