package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import dev.authbridge.support.Frame;
import dev.authbridge.support.Needs;
import dev.authbridge.support.ScriptedBridge;
import dev.authbridge.support.Tool;
import dev.authbridge.support.WebKit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A smoke test: the whole login on the settings page in WebKit. */
@Needs(Tool.WEBKIT)
class WebKitIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Finds an element of the component. */
    private static final String IN_PAGE = "const login = document.querySelector('claude-login');"
            + "const find = (selector) => login.shadowRoot.querySelector(selector);";

    private static void awaitState(WebKit webKit, String state) {
        Eventually.waitUntil(
                SOON,
                () -> Objects.equals(state, run(webKit, "return login.getAttribute('state')")),
                () -> "the page is not at " + state);
    }

    private static Object run(WebKit webKit, String script, Object... arguments) {
        try {
            return webKit.run(IN_PAGE + script, arguments);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes a picture for people to look at, which needs 15 s in a WebKit without a screen. */
    private static void picture(WebKit webKit, String name) throws Exception {
        if (Boolean.getBoolean("bridge.thorough")) {
            webKit.picture(Path.of("target", "screens", "webkit-" + name + ".png"));
        }
    }

    @Test
    void aLoginGoesFromTheButtonToSignedIn() throws Exception {
        try (ScriptedBridge bridge = new ScriptedBridge();
                WebKit webKit = new WebKit()) {
            webKit.resize(400, 900);
            webKit.open(bridge.address());
            awaitState(webKit, "signed_out");
            picture(webKit, "signed-out");
            assertEquals("_blank", run(webKit, "return find('a.primary').target"));
            assertEquals(
                    "rgb(11, 104, 114)", run(webKit, "return getComputedStyle(find('a.primary')).backgroundColor"));

            bridge.change(Frame.status("awaiting_code"), Frame.url());
            awaitState(webKit, "awaiting_code");
            run(
                    webKit,
                    "const field = find('#code'); field.value = arguments[0];"
                            + " field.dispatchEvent(new Event('input'));",
                    Frame.CODE);
            assertEquals("That looks like a whole code.", run(webKit, "return find('#verdict').textContent"));
            picture(webKit, "awaiting-code");
            run(webKit, "find('form').requestSubmit()");
            assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));

            bridge.change(Frame.status("verifying"));
            awaitState(webKit, "verifying");
            bridge.standing(Frame.signedIn());
            bridge.push(Frame.complete());
            awaitState(webKit, "signed_in");
            picture(webKit, "signed-in");
            String facts = run(webKit, "return find('dl').textContent").toString();
            assertTrue(facts.contains("7f3a 91c2 0be4"), facts);
            assertEquals(true, run(webKit, "return document.documentElement.scrollWidth <= innerWidth"), "sticks out");
        }
    }

    /** WebKit, too, tells by itself that one of the server's own pages sends a request. */
    @Test
    void aSessionIsAcceptedFromTheServersOwnPages(@TempDir Path folder) throws Exception {
        try (RunningServer server = new RunningServer(folder);
                WebKit webKit = new WebKit()) {
            webKit.open(server.origin() + "/#key=" + RunningServer.KEY);
            awaitState(webKit, "signed_out");
            String request = "return fetch('/api/sessions', { method: arguments[0] }).then((answer) => answer.status)";
            assertEquals(200, webKit.run(request, "GET"));
            assertEquals(204, webKit.run(request, "DELETE"));
            awaitState(webKit, "unauthorized");
            assertEquals(401, webKit.run(request, "GET"));
        }
    }
}
