package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.authbridge.support.Frame;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import dev.authbridge.support.ScriptedBridge;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The chat page in a real Chromium, with a {@link ScriptedBridge}: one exchange of each kind. How the page handles every single
 * answer is tested in {@code src/test/js/claude-chat.test.js}, what it looks like in {@link OtherScreensIT}.
 */
class ChatPageIT extends InChromium {
    private static final String PROMPT = "What do headless machines like?";

    private ScriptedBridge bridge;
    private BrowserContext context;
    private Page page;
    private Locator prompt;

    @BeforeEach
    void start() {
        bridge = new ScriptedBridge().standing(Frame.signedIn());
        context = chromium.newContext(Look.DESKTOP.options());
        page = context.newPage();
        page.navigate(bridge.address() + "chat");
        prompt = page.getByLabel("Your prompt");
    }

    @AfterEach
    void close() {
        context.close();
        bridge.close();
    }

    /** Sends the prompt and returns its id, which the answer has to carry. */
    private String ask() throws Exception {
        prompt.fill(PROMPT);
        page.getByText("Send", new Page.GetByTextOptions().setExact(true)).click();
        return nextPrompt();
    }

    private String nextPrompt() throws Exception {
        JsonObject asked = bridge.awaitMessage("claude.chat.prompt");
        assertEquals(PROMPT, asked.getString("prompt"));
        return asked.getString("id");
    }

    private void answer(String id, String... pieces) {
        for (String piece : pieces) {
            bridge.push(
                    new Frame("claude.chat.text", new JsonObject().put("id", id).put("delta", piece)));
        }
    }

    private void done(String id) {
        bridge.push(new Frame("claude.chat.done", new JsonObject().put("id", id)));
    }

    private void refuse(String id, String reason) {
        bridge.push(new Frame(
                "claude.chat.error",
                new JsonObject().put("id", id).put("error", "Not logged in").put("reason", reason)));
    }

    @Test
    void showsTheAnswerAsItComes() throws Exception {
        String id = ask();
        assertThat(page.getByText("Claude is thinking")).isVisible();
        answer(id, "They like ", "<b>company</b>");
        assertThat(page.getByText("They like <b>company</b>")).isVisible();
        assertThat(page.getByText("Stop", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        answer(id, " and quiet.");
        done(id);
        assertThat(page.getByText("They like <b>company</b> and quiet.")).isVisible();
        assertThat(page.getByText("Send", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(prompt).hasValue("");
    }

    @Test
    void opensTheSignInInTheConversationAndSendsThePromptAgainOnce() throws Exception {
        bridge.standing(Frame.status("signed_out"));
        String id = ask();
        refuse(id, "signed_out");
        assertThat(page.locator("claude-login")).hasAttribute("state", "signed_out");
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        page.getByLabel("Code from the sign-in page").fill(Frame.CODE);
        page.getByText("Confirm").click();
        bridge.awaitMessage("claude.auth.code");
        bridge.standing(Frame.signedIn());
        bridge.push(Frame.complete());
        String again = nextPrompt();
        assertNotEquals(id, again);
        assertThat(page.locator("claude-login")).isHidden();
        answer(again, "They like company.");
        done(again);
        assertThat(page.getByText("They like company.")).isVisible();

        String third = ask();
        refuse(third, "credential_invalid");
        assertThat(page.locator("claude-login")).hasAttribute("state", "signed_in");
        assertFalse(bridge.hasMessage("claude.chat.prompt", page));
    }

    /** The browser's own notifications, with a note of each. */
    private static final String NOTED =
            """
            window.noted = [];
            const Real = Notification;
            window.Notification = class extends Real {
              static requestPermission() { noted.push('asked'); return Real.requestPermission(); }
              constructor(title, options) { super(title, options); noted.push(options.body); }
            };
            """;

    @Test
    void notifiesWhoeverHasAskedForItAndLooksAtSomethingElse() throws Exception {
        context.grantPermissions(List.of("notifications"));
        context.addInitScript(NOTED);
        bridge.standing(Frame.status("signed_out"));
        page.reload();
        refuse(ask(), "signed_out");
        Locator button = page.getByText("Notify me in this browser");
        assertThat(button).hasCount(1);
        assertEquals(List.of(), page.evaluate("noted"));
        button.click();
        assertThat(button).hasAttribute("aria-pressed", "true");
        assertThat(page.getByText("You are notified here when this sign-in is done or needs you."))
                .isVisible();

        page.evaluate("document.hasFocus = () => false");
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        assertThat(page.getByLabel("Code from the sign-in page")).isVisible();
        assertThat(button).hasCount(1);
        bridge.standing(Frame.signedIn());
        bridge.push(Frame.complete());
        String again = nextPrompt();
        assertEquals(
                List.of("asked", "You are notified here when this sign-in is done or needs you.", "Signed in."),
                page.evaluate("noted"));

        answer(again, "They like company.");
        done(again);
        bridge.standing(Frame.status("signed_out"));
        refuse(ask(), "signed_out");
        assertThat(button).isVisible();
        assertEquals("Claude waits for you to sign in.", page.evaluate("noted.at(-1)"));
        page.evaluate("document.hasFocus = () => true");
        button.click();
        assertThat(button).hasAttribute("aria-pressed", "false");
    }

    @Test
    void continuesTheSameAnswerAfterALostConnection() throws Exception {
        String id = ask();
        answer(id, "They like ");
        assertThat(page.getByText("They like")).isVisible();
        bridge.drop();
        assertEquals(id, nextPrompt());
        answer(id, "They like company.");
        done(id);
        assertThat(page.getByText("They like company.")).isVisible();
    }

    @Test
    void showsTheOpenLoginAgainAfterAReload() throws Exception {
        bridge.standing(Frame.status("awaiting_code"), Frame.url());
        page.reload();
        assertThat(page.getByText("A sign-in is open. Finish it here.")).isVisible();
        page.getByLabel("Code from the sign-in page").fill(Frame.CODE);
        page.getByText("Confirm").click();
        bridge.awaitMessage("claude.auth.code");
        bridge.standing(Frame.signedIn());
        bridge.push(Frame.complete());
        assertThat(page.locator("claude-login")).hasCount(0);
        assertThat(prompt).isFocused();
    }
}
