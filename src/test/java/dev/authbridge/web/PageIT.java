package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.core.Refusal;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.support.Frame;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A login on the settings page, in every situation. */
class PageIT extends OpenPage {
    private static final String SECRET_KEY = "made-up-access-key";

    private void confirm() {
        page.getByText("Confirm").click();
    }

    @Test
    void signsInByAPlainLinkAPasteAndAClick() throws Exception {
        open("signed_out", Frame.status("signed_out"));
        bridge.awaitMessage("claude.auth.status");
        Locator link = page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Login with Claude"));
        assertThat(link).hasAttribute("target", "_blank");
        assertThat(link).hasAttribute("rel", "noopener noreferrer");
        String before = link.getAttribute("href");

        context.waitForPage(link::click);
        bridge.awaitRequest(before.substring(bridge.address().length()));
        bridge.awaitMessage("claude.auth.status");
        bridge.change(Frame.status("starting"));
        awaitState("starting");
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        awaitState("awaiting_code");
        assertThat(page.locator("[aria-current=step]")).containsText("Paste the code");

        page.bringToFront();
        code.fill(Frame.CODE);
        confirm();
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
        bridge.change(Frame.status("verifying"));
        awaitState("verifying");
        bridge.standing(Frame.signedIn());
        bridge.push(Frame.complete());
        awaitState("signed_in");
        assertThat(page.getByText("7f3a 91c2 0be4")).isVisible();

        String told = page.evaluate("told.join()").toString();
        assertTrue(told.contains("complete {\"credential\""), told);
        assertFalse(told.contains(Frame.CODE.substring(0, 8)), told);
        assertEquals(0, page.evaluate("localStorage.length + sessionStorage.length"));
    }

    @Test
    void turnsTheKeyOfItsLinkIntoASessionAndTakesItOutOfTheAddress() throws Exception {
        bridge.answer(HttpMethod.POST, "api/session", 204, new JsonObject());
        page.navigate(bridge.address() + "#key=" + SECRET_KEY);
        awaitState("signed_out");
        String body = bridge.awaitRequest("api/session").getString("body");
        assertEquals(SECRET_KEY, new JsonObject(body).getString("key"));
        assertEquals(bridge.address(), page.url());
        assertEquals(0, page.evaluate("localStorage.length + sessionStorage.length"));
        assertFalse(bridge.awaitMessage("claude.auth.status").containsKey("key"));
    }

    @Test
    void takesAKeyThatIsOpenedInATabThatAlreadyShowsThePage() throws Exception {
        open("unauthorized", Frame.problem("unauthorized", "No key."));
        bridge.answer(HttpMethod.POST, "api/session", 204, new JsonObject());
        bridge.standing(Frame.status("signed_out"));
        page.evaluate("location.hash = 'key=" + SECRET_KEY + "'");
        bridge.awaitRequest("api/session");
        awaitState("signed_out");
        assertEquals(bridge.address(), page.url());
    }

    @Test
    void asksForTheKeyWhereThereIsNone() throws Exception {
        open("unauthorized", Frame.problem("unauthorized", "No key."));
        bridge.answer(HttpMethod.POST, "api/session", 401, new JsonObject().put("reason", "unauthorized"));
        Locator key = page.getByLabel("Access key");
        key.fill("wrong");
        key.press("Enter");
        assertThat(page.getByText("The server does not know that key.")).isVisible();
        assertThat(key).isFocused();

        bridge.answer(HttpMethod.POST, "api/session", 204, new JsonObject());
        bridge.standing(Frame.status("signed_out"));
        key.fill(SECRET_KEY);
        key.press("Enter");
        awaitState("signed_out");
    }

    @Test
    void keepsTheTextOfARejectedCodeForAnotherTry() throws Exception {
        awaitingCode();
        code.fill(Frame.CODE);
        confirm();
        bridge.awaitMessage("claude.auth.code");
        bridge.change(Frame.status("verifying"));
        awaitState("verifying");
        bridge.push(Frame.problem("code_rejected", "400")
                .with("loginId", Frame.LOGIN)
                .with("seq", 3));
        bridge.push(Frame.status("starting").with("seq", 4));
        bridge.change(
                Frame.status("awaiting_code").with("seq", 5),
                Frame.refused("code_rejected", "400").with("seq", 5));
        awaitState("awaiting_code");
        assertThat(code).hasValue(Frame.CODE);
        assertThat(code).hasAttribute("aria-invalid", "true");
        assertThat(page.locator("#verdict")).containsText("Claude did not accept that code");
        assertThat(page.locator("[role=alert]").last()).containsText("Claude did not accept that code");
        confirm();
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
    }

    @Test
    void saysWhatIsWrongWithAPasteBeforeItIsSent() throws Exception {
        awaitingCode();
        Map<String, String> pastes = new LinkedHashMap<>();
        pastes.put("482913", "number from the e-mail");
        pastes.put("sk-ant-oat01-" + "a".repeat(95), "access token or API key");
        pastes.put(Frame.CODE.substring(0, 40), "only part of the code");
        pastes.put("https://claude.ai/settings", "address of a page");
        pastes.put(Frame.CODE.replace("#s1T", "#xxx"), "another sign-in link");
        for (Map.Entry<String, String> paste : pastes.entrySet()) {
            code.fill(paste.getKey());
            confirm();
            assertThat(page.locator("#verdict")).containsText(paste.getValue());
            assertThat(code).isFocused();
            assertThat(code).hasValue(paste.getKey());
        }
        code.fill(Frame.CODE);
        assertThat(page.locator("#verdict")).containsText("That looks like a whole code");
        assertFalse(bridge.hasMessage("claude.auth.code", page));
    }

    @Test
    void leavesTheLastWordToTheServerButNeverSendsItAToken() throws Exception {
        awaitingCode();
        String token = "sk-ant-oat01-" + "a".repeat(95);
        code.fill(token);
        confirm();
        confirm();
        code.fill("some-new-kind-of-code");
        confirm();
        confirm();
        assertEquals(
                "some-new-kind-of-code", bridge.awaitMessage("claude.auth.code").getString("code"));
        bridge.push(Frame.problem("code_incomplete", "That is only part of the code.", "awaiting_code"));
        assertThat(page.locator("#verdict")).containsText("not the whole code");
        assertThat(code).hasValue("some-new-kind-of-code");
        awaitState("awaiting_code");
    }

    @Test
    void judgesAPasteAsTheServerDoesAndInTheSameWords() {
        open("signed_out", Frame.status("signed_out"));
        List<String> pastes = List.of(
                Frame.CODE,
                " \n" + Frame.CODE + "\u00A0\u200B",
                "\u201C" + Frame.CODE + "\u201D,",
                Frame.CODE.substring(0, 30) + "\r\n" + Frame.CODE.substring(30),
                "https://console.anthropic.com/oauth/code/callback?code=" + Frame.CODE.replace("#", "&state="),
                "https://console.anthropic.com/oauth/code/callback?code=" + Frame.CODE,
                "https://console.anthropic.com/oauth/code/callback?code=" + Frame.CODE.replace("#", "%23"),
                "https://console.anthropic.com/oauth/code/callback?code=" + Frame.CODE.substring(0, 48),
                "https://claude.ai/oauth/authorize?code=true&state=abc",
                "https://claude.ai/settings",
                "https://claude.ai/%zz",
                "https://",
                "HTTPS://CLAUDE.AI/",
                Frame.URL,
                "",
                "   ",
                "\"\"",
                "482913",
                "482 913",
                "sk-ant-oat01-abc",
                "x sk-ant-api03-abc",
                Frame.CODE.substring(0, 48),
                Frame.CODE.substring(48),
                Frame.CODE + "#",
                "a#b",
                "h\u00E4lfte#" + "b".repeat(40),
                "please paste: this!",
                "abc\u0007def",
                "abc\u001B[31m",
                "\u0085",
                "a".repeat(4_097),
                "a".repeat(1_025) + "#" + "b".repeat(20),
                Frame.CODE.replace("#s1T", "#xxx"));
        for (String paste : pastes) {
            Object said = page.evaluate(
                    """
                    async ([paste, url]) => {
                      const { examine } = await import('/claude-login/paste.js');
                      const { ClaudeLogin } = await import('/claude-login/claude-login.js');
                      const found = examine(paste, url);
                      return found === 'whole' ? found : ClaudeLogin.texts[found];
                    }
                    """,
                    List.of(paste, Frame.URL));
            assertEquals(server(paste), said, paste);
        }
    }

    private static String server(String paste) {
        try {
            AuthorizationCode.read(paste)
                    .requireAnswerTo(AuthorizationUrl.parse(Frame.URL).orElseThrow());
            return "whole";
        } catch (Refusal e) {
            return e.problem().message();
        }
    }

    @Test
    void pastesAtTheTouchOfAButton() {
        awaitingCode();
        page.evaluate("text => navigator.clipboard.writeText(text)", Frame.CODE);
        page.getByText("Paste", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(code).hasValue(Frame.CODE);
        assertThat(code).isFocused();
        assertThat(page.getByText("Confirm")).isEnabled();
    }

    @Test
    void makesANewLinkOnRequest() throws Exception {
        awaitingCode();
        page.getByText("New link").click();
        bridge.awaitMessage("claude.auth.cancel");
        bridge.awaitMessage("claude.auth.start");
        bridge.push(Frame.failed("cancelled", "cancelled"));
        bridge.push(Frame.status("starting").with("seq", 9).with("loginId", "login-2"));
        awaitState("starting");
        assertThat(page.getByText("The sign-in was cancelled.")).isHidden();
        bridge.push(Frame.url().with("seq", 10).with("loginId", "login-2"));
        awaitState("awaiting_code");
        assertThat(page.locator("[aria-current=step]")).containsText("Sign in and approve");
    }

    @Test
    void startsAnewByItselfOnceWhenTheLinkRanOut() throws Exception {
        awaitingCode();
        bridge.push(Frame.failed("timed_out", "10 minutes"));
        bridge.awaitMessage("claude.auth.start");
        bridge.change(Frame.status("starting").with("seq", 9).with("loginId", "login-2"));
        bridge.change(
                Frame.status("awaiting_code").with("seq", 10).with("loginId", "login-2"),
                Frame.url().with("seq", 10).with("loginId", "login-2"));
        awaitState("awaiting_code");
        assertThat(page.locator("[part=notice]")).containsText("This is a new one.");

        bridge.push(Frame.failed("timed_out", "10 minutes").with("seq", 11).with("loginId", "login-2"));
        awaitState("failed");
        assertThat(page.getByText("The sign-in took too long and was closed.").first())
                .isVisible();
        assertFalse(bridge.hasMessage("claude.auth.start", page));
    }

    @Test
    void triesAgainAtAClickWhereTryingHelps() throws Exception {
        open("failed", Frame.status("signed_out"), Frame.failed("network", "EAI_AGAIN"));
        page.getByText("Try again").click();
        bridge.awaitMessage("claude.auth.start");
        awaitState("starting");
    }

    @Test
    void ignoresWhatIsOlderThanWhatItKnows() {
        awaitingCode();
        bridge.push(Frame.status("starting").with("seq", 1));
        bridge.push(Frame.url().with("seq", 3).with("problem", new JsonObject().put("reason", "network")));
        assertThat(page.locator("#verdict")).containsText("could not reach");
        assertFalse(page.evaluate("told.join()").toString().contains("starting"));
    }

    @Test
    void forgetsTheOrderOfAServerThatStartedAnew() {
        open("signed_in", Frame.signedIn().with("seq", 900));
        bridge.standing(Frame.status("signed_out").with("seq", 0));
        bridge.drop();
        awaitState("signed_out");
    }

    @Test
    void keepsTheTextAndSendsTheCodeOnceTheConnectionIsBack() throws Exception {
        awaitingCode();
        code.fill(Frame.CODE);
        bridge.refuse(true);
        bridge.drop();
        assertThat(page.getByText("Reconnecting")).isVisible();
        confirm();
        assertThat(page.getByText("Your code is sent as soon as it is back.")).isVisible();
        assertThat(code).hasValue(Frame.CODE);
        bridge.refuse(false);
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
    }

    @Test
    void tellsOfALoginThatWasCompletedElsewhereWhileItWasAway() {
        awaitingCode();
        assertFalse(page.evaluate("told.join()").toString().contains("complete"));
        bridge.standing(Frame.signedIn());
        bridge.drop();
        awaitState("signed_in");
        assertTrue(page.evaluate("told.join()").toString().contains("complete {\"credential\""));
    }

    @Test
    void tellsOnceOfWhatTheServerSaysTwiceAndKeepsWhatItTells() {
        awaitingCode();
        Frame whole = Frame.signedIn("valid", 0);
        bridge.change(whole);
        bridge.push(Frame.complete());
        awaitState("signed_in");
        assertThat(page.getByText("Check now")).isVisible();
        assertEquals(1, page.evaluate("told.filter((one) => one.startsWith('complete')).length"));
    }

    @Test
    void tellsOfAnErrorOnceThoughTheServerRepeatsHowALoginEnded() {
        awaitingCode();
        bridge.change(Frame.status("signed_out").with("seq", 8), Frame.failed("cli_failed", "exit code 3"));
        awaitState("failed");
        bridge.drop();
        page.waitForCondition(() -> bridge.connections() == 1);
        bridge.push(Frame.status("signed_out").with("seq", 8), Frame.failed("cli_failed", "exit code 3"));
        bridge.change(Frame.status("starting").with("seq", 9));
        awaitState("starting");
        assertEquals(1, page.evaluate("told.filter((one) => one.startsWith('error')).length"));
    }

    @Test
    void hearsThatItsKeyIsGoodNoMoreWhateverWasBefore() {
        open("signed_in", Frame.signedIn().with("seq", 900));
        bridge.change(Frame.problem("unauthorized", "Say who you are first."));
        awaitState("unauthorized");
    }

    @Test
    void doesWhatWasAskedForWithoutAConnectionOnceThereIsOne() throws Exception {
        open("failed", Frame.status("signed_out"), Frame.failed("network", "EAI_AGAIN"));
        bridge.standing(Frame.status("signed_out"));
        bridge.refuse(true);
        bridge.drop();
        assertThat(page.getByText("Reconnecting")).isVisible();
        page.getByText("Try again").click();
        bridge.refuse(false);
        bridge.awaitMessage("claude.auth.start");
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        awaitState("awaiting_code");
        bridge.refuse(true);
        bridge.drop();
        page.getByText("Cancel").click();
        bridge.refuse(false);
        bridge.awaitMessage("claude.auth.cancel");
    }

    @Test
    void worksOnAPageThatNamesItsLanguageInItsOwnWay() {
        context.addInitScript(
                "addEventListener('DOMContentLoaded', () => { document.documentElement.lang = 'en_US.UTF-8'; });");
        open("signed_in", Frame.signedIn());
        assertThat(page.getByText("7f3a 91c2 0be4")).isVisible();
    }

    @Test
    void countsDownByTheServersClock() {
        Instant now = Instant.now().minus(3, ChronoUnit.HOURS);
        Frame url = Frame.url().with("now", now).with("expiresAt", now.plusSeconds(300));
        open("awaiting_code", Frame.status("awaiting_code"), url);
        assertThat(page.getByText(Pattern.compile("good for (5:00|4:5[0-9])"))).isVisible();
    }

    @Test
    void doesNotSendACodeAgainThatTheServerHasSeen() throws Exception {
        awaitingCode();
        code.fill(Frame.CODE);
        confirm();
        bridge.awaitMessage("claude.auth.code");
        bridge.standing(
                Frame.status("awaiting_code").with("seq", 7),
                Frame.refused("code_rejected", "400").with("seq", 7));
        bridge.drop();
        assertThat(page.locator("#verdict")).containsText("Claude did not accept that code");
        assertFalse(bridge.hasMessage("claude.auth.code", page));
    }

    @Test
    void isBackWithinTwoSecondsOnASocketThatDiedWithoutAWord() {
        awaitingCode();
        bridge.swallow();
        bridge.standing(Frame.signedIn().with("seq", 9));
        long returned = System.nanoTime();
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
        awaitState("signed_in");
        long millis = (System.nanoTime() - returned) / 1_000_000;
        assertTrue(millis < 2_000, millis + " ms");
    }

    @Test
    void holdsNoSocketWhileThePageIsPutAwayAndConnectsWhenItReturns() {
        awaitingCode();
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
        page.waitForCondition(() -> bridge.connections() == 0);
        bridge.standing(Frame.signedIn());
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
        awaitState("signed_in");
    }

    @Test
    void canBeUsedWithTheKeyboardAlone() throws Exception {
        open("signed_out", Frame.status("signed_out"));
        page.keyboard().press("Tab");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Login with Claude")))
                .isFocused();
        context.waitForPage(() -> page.keyboard().press("Enter"));
        page.bringToFront();
        bridge.change(Frame.status("awaiting_code"), Frame.url());
        awaitState("awaiting_code");
        assertThat(code).isFocused();
        page.keyboard().insertText(Frame.CODE);
        page.keyboard().press("Enter");
        assertEquals(Frame.CODE, bridge.awaitMessage("claude.auth.code").getString("code"));
    }
}
