package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.Frame;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the settings page says of the credential and of the server, and what can be done with them. */
class CredentialPageIT extends OpenPage {
    @Test
    void asksBeforeItSignsOutAndSaysWhatThatDoesNotDo() throws Exception {
        open("signed_in", Frame.signedIn());
        bridge.answer(HttpMethod.DELETE, "api/claude/auth", 204, new JsonObject());
        page.getByText("Sign out").first().click();
        assertThat(page.getByText("Sign this machine out?")).isFocused();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Revoke at Claude")))
                .hasAttribute("href", "https://claude.ai/settings/claude-code");
        page.keyboard().press("Escape");
        assertThat(page.getByText("Sign out").first()).isFocused();

        page.getByText("Sign out").first().click();
        bridge.standing(Frame.status("signed_out").with("seq", 10));
        page.locator("[role=group]")
                .getByText("Sign out", new Locator.GetByTextOptions().setExact(true))
                .click();
        assertEquals("DELETE", bridge.awaitRequest("api/claude/auth").getString("method"));
        awaitState("signed_out");
        assertThat(page.getByText("Signed out here.").first()).isVisible();
    }

    @Test
    void takesAnApiKeyInstead() throws Exception {
        open("signed_out", Frame.status("signed_out"));
        page.getByText("Use an API key instead").click();
        Locator apiKey = page.getByLabel("API key from the Claude console");
        assertThat(apiKey).isFocused();
        apiKey.fill("not-a-key");
        page.getByText("Keep this key").click();
        assertThat(page.getByText("An API key begins with sk-ant-api.")).isVisible();

        bridge.answer(HttpMethod.POST, "api/claude/auth", 501, new JsonObject());
        apiKey.fill("sk-ant-api03-made-up");
        page.getByText("Keep this key").click();
        assertThat(page.getByText("This server takes no API keys.")).isVisible();

        bridge.answer(HttpMethod.POST, "api/claude/auth", 200, new JsonObject());
        JsonObject credential = new JsonObject().put("method", "api_key").put("fingerprint", "aaaa bbbb cccc");
        bridge.standing(Frame.status("signed_in").with("seq", 3).with("credential", credential));
        page.getByText("Keep this key").click();
        awaitState("signed_in");
        assertThat(page.getByText("API key, billed by use")).isVisible();
        assertThat(page.getByText("No end date")).isVisible();
    }

    @Test
    void givesTheCredentialANameAndTakesItAway() throws Exception {
        Frame named = Frame.signedIn();
        open("signed_in", named);
        page.getByText("Name it").click();
        Locator name = page.getByLabel("A name of your own");
        assertThat(name).isFocused();
        named.data().getJsonObject("credential").put("label", "Harbour team").put("lastUsed", "2026-11-20T10:00:00Z");
        bridge.standing(named);
        bridge.answer(HttpMethod.POST, "api/claude/auth/label", 200, new JsonObject());
        name.fill("Harbour team");
        name.press("Enter");
        assertEquals(
                Map.of("label", "Harbour team"),
                new JsonObject(bridge.awaitRequest("api/claude/auth/label").getString("body")).getMap());
        assertThat(page.locator("dd").first()).hasText("Harbour team");
        assertThat(page.locator("dl")).containsText(Pattern.compile("Last used.*Nov.*2026"));
        assertThat(name).isHidden();

        page.getByText("Name it").click();
        assertThat(name).hasValue("Harbour team");
        name.fill("");
        name.press("Enter");
        assertEquals(
                Map.of("label", ""),
                new JsonObject(bridge.awaitRequest("api/claude/auth/label").getString("body")).getMap());
    }

    @Test
    void saysWhatElseIsOnTheMachineAndWhatWins() {
        JsonArray found = new JsonArray()
                .add(new JsonObject().put("source", "anthropic_api_key").put("method", "api_key"))
                .add(new JsonObject().put("source", "cli_file").put("method", "oauth_token"));
        JsonObject others = new JsonObject()
                .put("found", found)
                .put("conflict", true)
                .put("usedByHand", "anthropic_api_key")
                .put("usedThroughBridge", "bridge");
        open("signed_in", Frame.signedIn().with("others", others));
        assertThat(page.getByText("Also on this machine: ANTHROPIC_API_KEY, the CLI’s own login."))
                .containsText("started there by hand uses ANTHROPIC_API_KEY.");
    }

    @Test
    void isOffWithTheAdministratorsAddressUntilTheFaultIsMendedThenComesBackByItself() {
        bridge.contact("harbour-master@example.org").ready("The folder /data cannot be written. Make it writable.");
        open("unavailable", Frame.status("signed_out"));
        assertThat(page.locator("[part=card]")).containsText("The folder /data cannot be written.");
        assertThat(page.locator("[part=card]")).containsText("Who administers it: harbour-master@example.org");
        assertThat(page.getByText("Login with Claude")).isDisabled();
        bridge.ready();
        awaitState("signed_out");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Login with Claude")))
                .isVisible();
    }

    @Test
    void takesTheFirstSecondOfAServerForNoFault() {
        bridge.starting("The first terminal is still being opened.");
        page.waitForResponse("**/readyz", () -> open("signed_out", Frame.status("signed_out")));
        bridge.ready();
        // The next question comes by itself.
        page.waitForResponse("**/readyz", () -> {});
        awaitState("signed_out");
        assertFalse(page.evaluate("told.join()").toString().contains("unavailable"));
    }

    @Test
    void isOffWhileTheServerIsStillGettingReadyAndAsksNobodyToAct() {
        bridge.contact("harbour-master@example.org").starting("The Claude CLI is being installed.");
        open("unavailable", Frame.status("signed_out"));
        assertThat(page.locator("[part=card]")).containsText("The Claude CLI is being installed.");
        assertThat(page.locator("[part=card]")).containsText("This page goes on by itself.");
        assertThat(page.locator("[part=card]")).not().containsText("harbour-master");
        bridge.ready();
        awaitState("signed_out");
    }

    @Test
    void saysBesideTheFactsWhyTheyCouldNotBeChecked() {
        open("signed_in", Frame.signedIn("valid", 0));
        JsonObject refusal =
                new JsonObject().put("reason", "rate_limited").put("detail", "Ten checks a minute are enough.");
        bridge.answer(HttpMethod.POST, "api/claude/auth/validate", 429, refusal);
        page.getByText("Check now").click();
        assertThat(page.getByText("Ten checks a minute are enough.")).isVisible();
        assertThat(page.getByText("Check now")).isFocused();
    }
}
