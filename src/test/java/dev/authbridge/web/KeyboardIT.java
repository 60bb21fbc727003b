package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.support.Engine;
import dev.authbridge.support.Frame;
import dev.authbridge.support.Look;
import dev.authbridge.support.Reading;
import dev.authbridge.support.Viewing;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything can be done by keyboard in Chromium: in a sensible order, with a visible focus, and without a trap. */
class KeyboardIT extends OnePage {
    private static final String LOGIN = "Login with Claude (opens in a new tab)";
    private static final String API_KEY = "Use an API key instead";
    private static final String TOKEN = "Use a token made elsewhere";
    private static final String OTHER_DEVICE = "Continue on another device";
    private static final String OPEN = "Open the sign-in page (opens in a new tab)";
    private static final String OPEN_AGAIN = "Open the sign-in page again (opens in a new tab)";
    private static final String FIELD = "Code from the sign-in page";
    private static final String CHAT = "Chat with Claude";
    private static final String DOCUMENTATION = "On your own page";
    private static final String BROWSERS = "Signed-in browsers";
    private static final String HOME = "Claude Auth Bridge";
    private static final String CONVERSATION = "Conversation with Claude";
    private static final String PROMPT = "Your prompt";

    private Screen.Stage stage;

    @Override
    Engine engine() {
        return Engine.CHROMIUM;
    }

    @BeforeEach
    void lookOnADesktop() {
        look(new Viewing(Look.DESKTOP, ColorScheme.LIGHT, ReducedMotion.REDUCE));
    }

    private void openAt(String state, Frame... standing) throws Exception {
        stage = open(Screen.of(state, state, standing));
    }

    private void press(String key) {
        page.keyboard().press(key);
    }

    /** Moves the focus with the key; the focus must be visible at the new place. */
    private String tab() {
        return step("Tab");
    }

    private String step(String key) {
        press(key);
        String name = Reading.focused(page);
        assertTrue(name.isEmpty() || Reading.focusIsSeen(page), name + " has the focus, but it does not show");
        return name;
    }

    private void tabTo(String name) {
        stepTo("Tab", name);
    }

    /** What was added to the conversation comes before the prompt in the order. */
    private void tabBackTo(String name) {
        stepTo("Shift+Tab", name);
    }

    private void stepTo(String key, String name) {
        List<String> passed = new ArrayList<>();
        while (passed.size() < 20) {
            String now = step(key);
            if (now.equals(name)) {
                return;
            }
            passed.add(now);
        }
        assertEquals(name, passed.toString());
    }

    /** From the top of the page, the focus stops at these, and after the last one it leaves the page. */
    private void assertStops(String... names) {
        page.evaluate(
                """
                document.body.tabIndex = -1;
                document.body.focus();
                document.body.removeAttribute('tabindex');
                """);
        for (String name : names) {
            assertEquals(name, tab());
        }
        assertNotEquals(names[names.length - 1], tab());
        // In Firefox the focus is now on the browser's own buttons and does not return to the page.
        openPage();
    }

    private void awaitingCode() {
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        stage.awaitState("awaiting_code");
    }

    private void signedIn() {
        bridge.standing(Frame.signedIn());
        bridge.push(Frame.complete());
        stage.awaitState("signed_in");
    }

    @Test
    void signsInAndOut() throws Exception {
        openAt("signed_out", Frame.status("signed_out"));
        tabTo(LOGIN);
        Page signInPage = context.waitForPage(() -> press("Enter"));
        signInPage.close();
        page.bringToFront();
        awaitingCode();
        awaitFocus(FIELD);
        page.keyboard().insertText(Frame.CODE);
        tabTo("Confirm");
        press("Enter");
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
        bridge.change(Frame.status("verifying"));
        stage.awaitState("verifying");
        signedIn();
        awaitFocus("Signed in");

        tabTo("Sign out");
        press("Enter");
        awaitFocus("Sign this machine out?");
        press("Escape");
        awaitFocus("Sign out");
        press("Enter");
        awaitFocus("Sign this machine out?");
        assertEquals("Revoke at Claude (opens in a new tab)", tab());
        assertEquals("Sign out", tab());
        assertEquals("Stay signed in", tab());
        press("Enter");
        awaitFocus("Sign out");
        press("Enter");
        awaitFocus("Sign this machine out?");
        tabTo("Sign out");
        bridge.answer(HttpMethod.DELETE, "api/claude/auth", 204, new JsonObject());
        bridge.standing(Frame.status("signed_out").with("seq", 10));
        press("Space");
        stage.awaitState("signed_out");
        awaitFocus(LOGIN);
    }

    @Test
    void keepsAnApiKey() throws Exception {
        openAt("signed_out", Frame.status("signed_out"));
        tabTo(API_KEY);
        press("Enter");
        awaitFocus("API key from the Claude console");
        press("Escape");
        awaitFocus(API_KEY);
        assertThat(page.getByLabel("API key from the Claude console")).isHidden();
        press("Space");
        awaitFocus("API key from the Claude console");
        page.keyboard().insertText("sk-ant-api03-made-up");
        bridge.answer(HttpMethod.POST, "api/claude/auth", 200, new JsonObject());
        bridge.standing(Frame.signedIn());
        press("Enter");
        stage.awaitState("signed_in");
        awaitFocus("Signed in");
    }

    @Test
    void continuesOnAnotherDevice() throws Exception {
        JsonObject link = new JsonObject().put("link", "http://bridge.test/d#made-up");
        openAt("signed_out", Frame.status("signed_out"));
        bridge.answer(
                HttpMethod.POST,
                "api/claude/auth/device",
                200,
                link.put(
                        "qr",
                        new JsonObject(MessageCodec.writeObject(DeviceLinks.qrCode("http://bridge.test/d#made-up")))));
        page.navigate(bridge.addressElsewhere());
        stage.awaitState("signed_out");
        tabTo(OTHER_DEVICE);
        press("Enter");
        bridge.awaitMessage("claude.auth.start");
        awaitFocus("Scan with a phone’s camera");
        awaitingCode();
        awaitFocus("Scan with a phone’s camera");
        press("Escape");
        awaitFocus(OTHER_DEVICE);
        press("Enter");
        awaitFocus("Scan with a phone’s camera");
    }

    @Test
    void answersTheQuestionOfALinkForAnotherOwner() throws Exception {
        openAt("signed_out", Frame.status("signed_out"));
        tabTo(API_KEY);
        stage.opensLinkOfAnotherOwner();
        awaitFocus("Stay as “alice”");
        assertEquals("Switch to “bob”", tab());
        press("Escape");
        awaitFocus(API_KEY);
        assertEquals(bridge.address(), page.url());
    }

    @Test
    void signsOutEverywhere() throws Exception {
        openAt("signed_in", Frame.signedIn());
        stage.hasTwoBrowsers();
        tabTo(BROWSERS);
        press("Enter");
        stage.awaitWords("this browser");
        awaitFocus(BROWSERS);
        assertEquals("Sign out: Firefox on Linux, 192.168.7.20", tab());
        tabTo("Close");
        press("Enter");
        awaitFocus(BROWSERS);
        press("Enter");
        stage.awaitWords("this browser");
        tabTo("Sign out everywhere");
        press("Space");
        awaitFocus("Stay");
        bridge.answer(HttpMethod.DELETE, "api/sessions", 204, new JsonObject());
        tabTo("Sign out everywhere");
        press("Enter");
        awaitFocus("This browser is signed out");
    }

    @Test
    void theFocusStopsAtAllControlsInTheOrderOfThePage() throws Exception {
        openAt("signed_out", Frame.status("signed_out"));
        assertStops(LOGIN, API_KEY, TOKEN, CHAT, DOCUMENTATION, BROWSERS);

        openAt("awaiting_code", Frame.status("awaiting_code"), Frame.url());
        assertStops(
                OPEN, FIELD, "Paste", "Notify me in this browser", "New link", "Cancel", CHAT, DOCUMENTATION, BROWSERS);
        openAt("awaiting_code", Frame.status("awaiting_code"), Frame.url());
        stage.code().fill(Frame.CODE);
        assertStops(
                OPEN_AGAIN,
                FIELD,
                "Paste",
                "Confirm",
                "Notify me in this browser",
                "New link",
                "Cancel",
                CHAT,
                DOCUMENTATION,
                BROWSERS);

        openAt("starting", Frame.status("starting"));
        assertStops("Cancel", CHAT, DOCUMENTATION, BROWSERS);

        openAt("signed_in", Frame.signedIn("valid", 0));
        assertStops(
                "Check now",
                "Sign in again (opens in a new tab)",
                "Sign out",
                API_KEY,
                TOKEN,
                "Name it",
                "Hold back",
                CHAT,
                DOCUMENTATION,
                BROWSERS);

        openAt("failed", Frame.status("signed_out"), Frame.failed("network", "EAI_AGAIN"));
        assertStops("What the server said", "Try again", CHAT, DOCUMENTATION, BROWSERS);
    }

    @Test
    void cancelsAndAsksForAnotherLink() throws Exception {
        openAt("awaiting_code", Frame.status("awaiting_code"), Frame.url());
        tabTo("New link");
        press("Enter");
        bridge.awaitMessage("claude.auth.start");
        bridge.push(Frame.failed("cancelled", "cancelled"));
        bridge.change(Frame.status("starting").with("seq", 9).with("loginId", "login-2"));
        stage.awaitState("starting");
        assertNotEquals("", Reading.focused(page));
        tabTo("Cancel");
        press("Enter");
        bridge.awaitMessage("claude.auth.cancel");
        bridge.change(
                Frame.status("signed_out").with("seq", 10),
                Frame.failed("cancelled", "cancelled").with("seq", 10));
        stage.awaitState("signed_out");
        awaitFocus(LOGIN);
    }

    @Test
    void theFocusStaysWhereItIsDuringACheck() throws Exception {
        openAt("signed_in", Frame.signedIn("valid", 0));
        bridge.answer(HttpMethod.POST, "api/claude/auth/validate", 200, new JsonObject());
        bridge.standing(Frame.signedIn("unknown", 0).with("seq", 10));
        tabTo("Check now");
        press("Enter");
        stage.awaitWords("no answer yet");
        awaitFocus("Check now");
    }

    @Test
    void chats() throws Exception {
        openChat();
        assertStops(HOME, CONVERSATION, PROMPT, "Send");
        openChat();
        tabTo(PROMPT);
        page.keyboard().insertText("What do headless machines like?");
        press("Enter");
        String id = awaitPrompt();
        assertEquals(PROMPT, Reading.focused(page));
        say(id, "They like company.");
        assertEquals("Stop", tab());
        press("Enter");
        bridge.awaitMessage("claude.chat.stop");
        bridge.push(new Frame("claude.chat.done", new JsonObject().put("id", id)));
        stage.awaitWords("Stopped.");
        awaitFocus("Send");

        press("Shift+Tab");
        page.keyboard().insertText("And now?");
        press("Enter");
        refuse(awaitPrompt(), "rate_limited");
        stage.awaitWords("Send again");
        tabBackTo("Send again");
        press("Enter");
        String again = awaitPrompt();
        assertNotEquals("", Reading.focused(page));
        bridge.standing(Frame.status("signed_out"));
        refuse(again, "signed_out");
        stage.awaitState("signed_out");
        tabBackTo(LOGIN);
        Page signInPage = context.waitForPage(() -> press("Enter"));
        signInPage.close();
        page.bringToFront();
        awaitingCode();
        awaitFocus(FIELD);
        page.keyboard().insertText(Frame.CODE);
        press("Enter");
        bridge.awaitMessage("claude.auth.code");
        bridge.standing(Frame.signedIn());
        bridge.push(Frame.complete());
        awaitPrompt();
        awaitFocus(PROMPT);
    }

    private void openChat() throws Exception {
        stage = open(new Screen("chat", "chat", List.of(Frame.signedIn()), opened -> opened.page()
                .getByLabel(PROMPT)
                .waitFor()));
    }

    private String awaitPrompt() throws InterruptedException {
        return bridge.awaitMessage("claude.chat.prompt").getString("id");
    }

    private void say(String id, String words) {
        bridge.push(new Frame("claude.chat.text", new JsonObject().put("id", id).put("delta", words)));
        stage.awaitWords(words);
    }

    private void refuse(String id, String reason) {
        JsonObject data = new JsonObject().put("id", id).put("reason", reason);
        bridge.push(new Frame("claude.chat.error", data.put("error", "Not logged in")));
    }
}
