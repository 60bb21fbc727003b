package dev.authbridge.web;

import dev.authbridge.support.Engine;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;

/** The same in Firefox. */
@Needs(Tool.FIREFOX)
class OtherScreensInFirefoxIT extends OtherScreensIT {
    @Override
    Engine engine() {
        return Engine.FIREFOX;
    }
}
