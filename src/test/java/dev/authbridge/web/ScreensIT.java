package dev.authbridge.web;

import dev.authbridge.support.Engine;
import java.util.List;
import java.util.stream.Stream;

/** The screens of the settings page, in Chromium. */
class ScreensIT extends EveryLook {
    @Override
    Engine engine() {
        return Engine.CHROMIUM;
    }

    @Override
    Stream<Screen> screens() {
        return SettingsScreens.all();
    }

    @Override
    List<String> moving() {
        return List.of("starting", "verifying", "reconnecting");
    }
}
