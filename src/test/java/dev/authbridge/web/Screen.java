package dev.authbridge.web;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.Frame;
import dev.authbridge.support.ScriptedBridge;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One of the things that a page can show.
 *
 * @param name also the name of its pictures
 * @param kind screens of one kind differ only in one sentence; a screen with a layout of its own is a kind of its own
 * @param sentence the key, in the component's table of texts, of the sentence in which it differs; empty if there is none
 * @param path of its page
 * @param standing what the server answers about the login
 * @param script what happens after the page has been opened
 */
record Screen(String name, String kind, String sentence, String path, List<Frame> standing, Script script) {
    Screen(String name, String path, List<Frame> standing, Script script) {
        this(name, name, "", path, standing, script);
    }

    /** Brings an open page to the screen and waits until it is shown. */
    interface Script {
        void play(Stage stage) throws Exception;
    }

    /** A page and the bridge that it talks to. */
    record Stage(ScriptedBridge bridge, Page page) {
        Locator code() {
            return page.getByLabel("Code from the sign-in page");
        }

        /** The button with this name, or the link whose name begins with it. */
        Locator press(String name) {
            return page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName(name).setExact(true))
                    .or(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name)));
        }

        void awaitState(String state) {
            page.locator("claude-login[state=" + state + "]").first().waitFor();
        }

        /** Waits until the text is on the page. */
        void awaitWords(String words) {
            page.getByText(words).first().waitFor();
        }

        /** A link for bob is opened in this tab, whose session is alice's. */
        void opensLinkOfAnotherOwner() {
            JsonObject whose = new JsonObject()
                    .put("reason", "other_owner")
                    .put("owner", "alice")
                    .put("newOwner", "bob");
            bridge.answer(HttpMethod.POST, "api/session", 409, whose);
            page.evaluate("location.hash = 'key=made-up-access-key'");
            awaitWords("Switch to “bob”?");
        }

        /** The list of browsers has two, of which this is the first. */
        void hasTwoBrowsers() {
            Instant now = Instant.now();
            JsonObject here = new JsonObject()
                    .put("id", "session-1")
                    .put("device", "Firefox on Linux")
                    .put("address", "192.168.7.20")
                    .put("openedAt", now.minus(Duration.ofDays(3)).toString())
                    .put("lastUsedAt", now.toString());
            JsonObject there = here.copy()
                    .put("id", "session-2")
                    .put("device", "Safari on iPhone")
                    .put("address", "2001:db8:85a3:8d3:1319:8a2e:370:7348");
            JsonArray both = new JsonArray().add(here.put("current", true)).add(there);
            bridge.answer(HttpMethod.GET, "api/sessions", 200, new JsonObject().put("sessions", both));
        }

        /** Lets links that lead to other pages be pressed without following them. */
        void stayHere() {
            page.evaluate(
                    """
                    addEventListener('click', (event) => {
                      if (event.composedPath().some(({ target }) => target === '_blank')) event.preventDefault();
                    }, true)
                    """);
        }
    }

    /** The settings page in that state. */
    static Screen of(String name, String state, Frame... standing) {
        return new Screen(name, "", List.of(standing), stage -> stage.awaitState(state));
    }

    Screen at(String otherPath) {
        return new Screen(name, kind, sentence, otherPath, standing, script);
    }

    /** Says that it differs from the others of that kind only in this sentence. */
    Screen as(String sharedKind, String nameOfSentence) {
        return new Screen(name, sharedKind, nameOfSentence, path, standing, script);
    }

    Screen then(Script more) {
        return new Screen(name, kind, sentence, path, standing, stage -> {
            script.play(stage);
            more.play(stage);
        });
    }

    Screen then(Script more, String wordsToWaitFor) {
        return then(more).then(stage -> stage.awaitWords(wordsToWaitFor));
    }

    @Override
    public String toString() {
        return name;
    }
}
