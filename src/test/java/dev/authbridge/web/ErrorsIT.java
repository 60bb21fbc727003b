package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.authbridge.support.Engine;
import dev.authbridge.support.Frame;
import dev.authbridge.support.Look;
import dev.authbridge.support.Reading;
import dev.authbridge.support.Viewing;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How a page in Chromium reports one error of each kind: one sentence, one action, the focus in the right place, announced
 * to screen readers. {@code src/test/js/reasons.test.js} tests each single reason.
 */
class ErrorsIT extends OnePage {
    private static final String SAID = "The server's own words about it.";
    private static final String FIELD = "Code from the sign-in page";
    private static final String FAULT = "There is no Claude CLI. Install @anthropic-ai/claude-code through npm.";

    private Screen.Stage stage;

    @Override
    Engine engine() {
        return Engine.CHROMIUM;
    }

    @BeforeEach
    void openAtTheCode() throws Exception {
        look(new Viewing(Look.DESKTOP, ColorScheme.LIGHT, ReducedMotion.REDUCE));
        stage = open(Screen.of("awaiting", "awaiting_code", Frame.status("awaiting_code"), Frame.url()));
    }

    /** Uses the keyboard, because these tests are about where the focus goes afterwards. */
    private void submitTheCode() throws Exception {
        stage.code().fill(Frame.CODE);
        stage.code().press("Enter");
        bridge.awaitMessage("claude.auth.code");
    }

    private void verify() {
        bridge.change(Frame.status("verifying"));
        stage.awaitState("verifying");
    }

    /** True for all: the sentence is shown once, and is announced. */
    private void awaitSentence(String sentence) {
        page.waitForCondition(() -> Reading.timesShown(page, sentence) > 0);
        assertEquals(1, Reading.timesShown(page, sentence), sentence);
        assertTrue(Reading.isAnnounced(page, sentence), sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "disabled, Try again (off), That did not work",
        "bad_message, Reload the page, Reload the page",
        "cli_failed, Try again, Try again",
        "cancelled, Login with Claude, Login with Claude (opens in a new tab)"
    })
    void endsALogin(String reason, String action, String focus) throws Exception {
        submitTheCode();
        verify();
        bridge.change(Frame.status("signed_out"), Frame.failed(reason, SAID));
        awaitSentence(Reading.text(page, reason));
        assertEquals(List.of(action), Reading.primary(page));
        awaitFocus(focus);
    }

    @Test
    void anErrorWhileTheCodeIsBeingTyped() throws Exception {
        String reason = "code_rejected";
        submitTheCode();
        bridge.push(Frame.problem(reason, SAID, "awaiting_code"));
        awaitSentence(Reading.text(page, reason));
        assertTheFieldStays();
    }

    @Test
    void anErrorAfterTheCodeWasChecked() throws Exception {
        String reason = "network";
        submitTheCode();
        verify();
        bridge.change(Frame.problem(reason, SAID, "starting").with("seq", 4));
        stage.awaitState("starting");
        assertTrue(Reading.isAnnounced(page, Reading.text(page, reason)));
        bridge.change(
                Frame.status("awaiting_code").with("seq", 5),
                Frame.refused(reason, SAID).with("seq", 5));
        stage.awaitState("awaiting_code");
        awaitSentence(Reading.text(page, reason));
        assertTheFieldStays();
    }

    /** After an invalid code the text is still in the field, even if a new link is being made. */
    private void assertTheFieldStays() {
        awaitFocus(FIELD);
        assertThat(stage.code()).hasValue(Frame.CODE);
        assertThat(stage.code()).hasAttribute("aria-invalid", "true");
        assertEquals(List.of("Confirm"), Reading.primary(page));
        assertThat(stage.press("New link")).isVisible();
    }

    @Test
    void aRefusedSignInOffersANewOne() throws Exception {
        open(Screen.of("refused", "signed_in", Frame.signedIn("invalid", 0)));
        assertEquals(1, Reading.timesShown(page, Reading.text(page, "credential_invalid")));
        assertTrue(Reading.isAnnounced(page, Reading.text(page, "credential_invalid")));
        assertEquals(List.of("Sign in again"), Reading.primary(page));
    }

    @Test
    void aLostSessionAsksForTheKeyAndARefusedOneForAnother() throws Exception {
        submitTheCode();
        bridge.change(Frame.problem("unauthorized", "No key."));
        stage.awaitState("unauthorized");
        assertEquals(1, Reading.timesShown(page, Reading.text(page, "unauthorized")));
        assertTrue(Reading.isAnnounced(page, "This page needs its key"));
        awaitFocus("This page needs its key");
        page.getByLabel("Access key").waitFor();
        page.keyboard().press("Tab");
        awaitFocus("Access key");

        bridge.answer(HttpMethod.POST, "api/session", 401, new JsonObject().put("reason", "unauthorized"));
        page.keyboard().insertText("wrong");
        page.keyboard().press("Enter");
        awaitSentence("The server does not know that key.");
        assertEquals(List.of("Unlock"), Reading.primary(page));
        awaitFocus("Access key");
    }

    @Test
    void aNetworkFaultCanBeRetriedAndItsMessageGoesAway() throws Exception {
        submitTheCode();
        verify();
        bridge.change(Frame.status("signed_out"), Frame.failed("network", SAID));
        awaitFocus("Try again");
        page.keyboard().press("Enter");
        bridge.awaitMessage("claude.auth.start");
        stage.awaitState("starting");
        assertEquals(0, Reading.timesShown(page, Reading.text(page, "network")));
        bridge.change(Frame.status("starting").with("seq", 9).with("loginId", "login-2"));
        bridge.change(
                Frame.status("awaiting_code").with("seq", 10).with("loginId", "login-2"),
                Frame.url().with("seq", 10).with("loginId", "login-2"));
        stage.awaitState("awaiting_code");
        assertThat(stage.code()).hasAttribute("aria-invalid", "false");
        assertFalse(Reading.focused(page).isEmpty());
    }

    @Test
    void anExpiredLinkIsRenewedAutomatically() throws Exception {
        stage.code().fill(Frame.CODE.substring(0, 20));
        bridge.push(Frame.failed("timed_out", SAID));
        bridge.awaitMessage("claude.auth.start");
        awaitSentence(Reading.text(page, "restarted"));
        bridge.change(Frame.status("starting").with("seq", 9).with("loginId", "login-2"));
        stage.awaitState("starting");
        bridge.change(
                Frame.status("awaiting_code").with("seq", 10).with("loginId", "login-2"),
                Frame.url().with("seq", 10).with("loginId", "login-2"));
        stage.awaitState("awaiting_code");
        assertEquals(1, Reading.timesShown(page, Reading.text(page, "restarted")));
        assertThat(stage.code()).hasValue(Frame.CODE.substring(0, 20));
        awaitFocus(FIELD);
    }

    @Test
    void aServerFaultDisablesTheButtonUntilItIsFixed() throws Exception {
        submitTheCode();
        verify();
        bridge.ready(FAULT);
        bridge.change(Frame.status("signed_out"), Frame.failed("cli_not_found", SAID));
        stage.awaitState("unavailable");
        awaitSentence(FAULT);
        assertEquals(List.of("Login with Claude (off)"), Reading.primary(page));
        awaitFocus("Not possible just now");

        bridge.standing(Frame.status("signed_out")).ready();
        page.locator("claude-login:not([state=unavailable])").waitFor();
        assertFalse(Reading.primary(page).toString().contains("(off)"));
        assertFalse(Reading.focused(page).isEmpty());
    }

    @Test
    void aServerThatDoesNotAnswerIsRetriedAutomaticallyAndAtAClick() throws Exception {
        bridge.refuse(true);
        bridge.drop();
        page.reload();
        stage.awaitState("unreachable");
        awaitSentence("The server does not answer");
        assertEquals(List.of("Try again"), Reading.primary(page));
        // Press it while nothing answers: later the page may have reconnected by itself, and the button would be gone.
        // connection.test.js shows that a click does not wait for the next attempt.
        stage.press("Try again").click();
        bridge.refuse(false);
        stage.awaitState("awaiting_code");
    }
}
