package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.authbridge.support.Engine;
import dev.authbridge.support.Frame;
import dev.authbridge.support.Layout;
import dev.authbridge.support.Look;
import dev.authbridge.support.Reading;
import dev.authbridge.support.Viewing;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By touch, with an on-screen keyboard that covers half of the window. In Chromium. */
class PhoneIT extends OnePage {
    private static final int WIDTH = 360;
    private static final int ABOVE_THE_KEYBOARD = 380;

    @Override
    Engine engine() {
        return Engine.CHROMIUM;
    }

    @BeforeEach
    void lookOnAPhone() {
        look(new Viewing(Look.PHONE, ColorScheme.LIGHT, ReducedMotion.REDUCE));
    }

    @AfterEach
    void closeTheKeyboard() {
        page.setViewportSize(WIDTH, 740);
    }

    /** Does what a phone does when a field is touched: shrinks the visible part and scrolls the field into it. */
    private void typeInto(String label) {
        touch(page.getByLabel(label));
        page.setViewportSize(WIDTH, ABOVE_THE_KEYBOARD);
        page.evaluate("scrollTo(0, 0)");
        page.getByLabel(label).evaluate("field => field.scrollIntoView({ block: 'nearest' })");
        assertThat(page.getByLabel(label)).isFocused();
    }

    /** In the system's Firefox, Playwright's touch does not move the focus, but its click does, with the same kind of pointer. */
    private void touch(Locator target) {
        if (engine() == Engine.CHROMIUM) {
            target.tap();
        } else {
            target.click();
        }
    }

    private void assertInReach(String... names) {
        for (String name : names) {
            assertTrue(Reading.isInWindow(page, name), name);
        }
        assertEquals(List.of(), Layout.tooSmallForAThumb(page));
        assertEquals(List.of(), Layout.cutOff(page));
    }

    @Test
    void theCodeAndItsButtonAreAboveTheKeyboard() throws Exception {
        Screen.Stage stage = open(Screen.of("phone", "awaiting_code", Frame.status("awaiting_code"), Frame.url()));
        typeInto("Code from the sign-in page");
        assertInReach("Code from the sign-in page", "Paste", "Confirm");

        page.keyboard().insertText("482913");
        touch(stage.press("Confirm"));
        stage.awaitWords("number from the e-mail");
        assertInReach("Code from the sign-in page", "Confirm");

        stage.code().fill(Frame.CODE);
        touch(stage.press("Confirm"));
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
    }

    @Test
    void theAccessKeyAndItsButtonAreAboveTheKeyboard() throws Exception {
        open(Screen.of("phone", "unauthorized", Frame.problem("unauthorized", "No key.")));
        typeInto("Access key");
        assertInReach("Access key", "Unlock");
    }

    @Test
    void theApiKeyAndItsButtonAreAboveTheKeyboard() throws Exception {
        Screen.Stage stage = open(Screen.of("phone", "signed_out", Frame.status("signed_out")));
        bridge.answer(HttpMethod.POST, "api/claude/auth", 501, new JsonObject());
        touch(stage.press("Use an API key instead"));
        typeInto("API key from the Claude console");
        assertInReach("API key from the Claude console", "Keep this key");
        page.keyboard().insertText("sk-ant-api03-made-up");
        touch(stage.press("Keep this key"));
        stage.awaitWords("This server takes no API keys.");
        assertInReach("API key from the Claude console", "Keep this key");
    }

    @Test
    void thePromptAndItsButtonAreAboveTheKeyboardAndTheConversationToo() throws Exception {
        Screen.Stage stage = open(new Screen("phone", "chat", List.of(Frame.signedIn()), opened -> opened.page()
                .getByLabel("Your prompt")
                .waitFor()));
        typeInto("Your prompt");
        assertInReach("Send");
        page.keyboard().insertText("What do headless machines like?");
        touch(stage.press("Send"));
        String id = bridge.awaitMessage("claude.chat.prompt").getString("id");
        bridge.push(new Frame(
                "claude.chat.text", new JsonObject().put("id", id).put("delta", "They like company.\n".repeat(40))));
        stage.awaitWords("They like company.");
        assertInReach("Stop");
        assertThePageStandsStill();
    }

    @Test
    void theSignInInTheConversationScrollsWithIt() throws Exception {
        Screen.Stage stage = open(new Screen("phone", "chat", List.of(Frame.status("signed_out")), opened -> {
            opened.page().getByLabel("Your prompt").fill("What do headless machines like?");
            touch(opened.press("Send"));
        }));
        JsonObject data = bridge.awaitMessage("claude.chat.prompt");
        bridge.push(new Frame(
                "claude.chat.error",
                new JsonObject()
                        .put("id", data.getString("id"))
                        .put("reason", "signed_out")
                        .put("error", "Not logged in")));
        stage.awaitState("signed_out");
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        stage.awaitState("awaiting_code");
        typeInto("Code from the sign-in page");
        assertInReach("Code from the sign-in page", "Send");
        assertThePageStandsStill();
        stage.code().fill(Frame.CODE);
        touch(stage.press("Confirm"));
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
    }

    private void assertThePageStandsStill() {
        Object over = page.evaluate("document.documentElement.scrollHeight - document.documentElement.clientHeight");
        assertEquals(0, over, "the page itself scrolls");
    }
}
