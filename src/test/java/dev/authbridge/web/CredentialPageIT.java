package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.Frame;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/**
 * Where the focus goes when somebody works with the stored credential. What the page says about it and offers is tested in
 * {@code src/test/js/claude-login.test.js}.
 */
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
    void saysWhyTheCredentialCouldNotBeChecked() {
        open("signed_in", Frame.signedIn("valid", 0));
        JsonObject refusal =
                new JsonObject().put("reason", "rate_limited").put("detail", "Ten checks a minute are enough.");
        bridge.answer(HttpMethod.POST, "api/claude/auth/validate", 429, refusal);
        page.getByText("Check now").click();
        assertThat(page.getByText("Ten checks a minute are enough.")).isVisible();
        assertThat(page.getByText("Check now")).isFocused();
    }
}
