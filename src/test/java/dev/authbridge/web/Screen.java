package dev.authbridge.web;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.Frame;
import dev.authbridge.support.ScriptedBridge;
import java.util.List;

/**
 * One thing that a person may see.
 *
 * @param name also of its pictures
 * @param kind screens of one kind differ in one sentence only; a screen with a layout of its own is a kind of its own
 * @param sentence the name, in the component's table of texts, of the sentence that this one has; empty where it has no such
 * @param path of its page
 * @param standing what the server says about the login
 * @param script what happens after the page was opened
 */
record Screen(String name, String kind, String sentence, String path, List<Frame> standing, Script script) {
    Screen(String name, String path, List<Frame> standing, Script script) {
        this(name, name, "", path, standing, script);
    }

    /** What brings an open page to its screen, and waits until it is there. */
    interface Script {
        void play(Stage stage) throws Exception;
    }

    /** A page and the bridge that it speaks to. */
    record Stage(ScriptedBridge bridge, Page page) {
        Locator code() {
            return page.getByLabel("Code from the sign-in page");
        }

        /** The button with this name, or the link whose name begins so. */
        Locator press(String name) {
            return page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName(name).setExact(true))
                    .or(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name)));
        }

        void awaitState(String state) {
            page.locator("claude-login[state=" + state + "]").first().waitFor();
        }

        /** Waits until the words are on the page. */
        void awaitWords(String words) {
            page.getByText(words).first().waitFor();
        }

        /** A link that leads out of the page is pressed, but nobody goes there. */
        void stayHere() {
            page.evaluate(
                    """
                    addEventListener('click', (event) => {
                      if (event.composedPath().some(({ target }) => target === '_blank')) event.preventDefault();
                    }, true)
                    """);
        }
    }

    /** On the settings page, in that state. */
    static Screen of(String name, String state, Frame... standing) {
        return new Screen(name, "", List.of(standing), stage -> stage.awaitState(state));
    }

    Screen at(String otherPath) {
        return new Screen(name, kind, sentence, otherPath, standing, script);
    }

    /** It differs from the others of that kind only by this sentence. */
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
