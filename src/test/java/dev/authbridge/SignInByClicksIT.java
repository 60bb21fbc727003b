package dev.authbridge;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.authbridge.ClickedBridge.awaitState;
import static dev.authbridge.ClickedBridge.field;
import static dev.authbridge.ClickedBridge.picture;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.support.Answer;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person does, from the printed link to "Signed in": a real Chromium, the whole server, the real CLI. Only the
 * vendor's service is a stand-in, on loopback; the browser reaches its page under its real name.
 */
class SignInByClicksIT extends InChromium {
    @TempDir
    Path folder;

    private ClickedBridge clicked;

    @BeforeEach
    void startServer() throws Exception {
        clicked = new ClickedBridge(chromium, folder);
    }

    @AfterEach
    void endAndSearch() {
        clicked.close();
    }

    private Page open(BrowserContext device) {
        return clicked.open(device, "");
    }

    private static String signInAtTheVendor(Page page) {
        return ClickedBridge.signInAtTheVendor(
                page, page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Login with Claude")));
    }

    @Test
    void onADesktopByClicksAndPaste() throws Exception {
        Page page = open(clicked.device(Look.DESKTOP));
        awaitState(page, "signed_out");
        picture(page, "signed-out");
        String code = signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        assertThat(page.locator("[aria-current=step]")).containsText("Paste the code");
        page.evaluate("code => navigator.clipboard.writeText(code)", code);
        page.getByText("Paste", new Page.GetByTextOptions().setExact(true)).click();
        picture(page, "pasted");
        page.getByText("Confirm").click();
        awaitState(page, "signed_in");
        picture(page, "signed-in");
        assertThat(page.getByText("Claude account, long-lived token")).isVisible();
        clicked.assertStored();
    }

    @Test
    void onAPhoneWhoseTabWasDiscardedMeanwhile() throws Exception {
        BrowserContext phone = clicked.device(Look.PHONE);
        Page page = open(phone);
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        page.reload();
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Confirm").tap();
        awaitState(page, "signed_in");
        clicked.assertStored();
    }

    @Test
    void withASecondTryAfterTheServiceRejectedTheCode() throws Exception {
        clicked.service().next(Answer.status(400));
        Page page = open(clicked.device(Look.DESKTOP));
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Confirm").click();
        assertThat(page.locator("#verdict"))
                .containsText("Claude did not accept that code", new ContainsTextOptions().setTimeout(30_000));
        assertThat(field(page)).hasValue(code);

        awaitState(page, "awaiting_code");
        Page vendor = page.context().waitForPage(() -> page.getByRole(
                        AriaRole.LINK, new Page.GetByRoleOptions().setName("Open the sign-in page again"))
                .click());
        vendor.waitForURL("https://claude.ai/oauth/authorize**");
        String fresh = vendor.locator("#code").textContent();
        vendor.close();
        field(page).fill(fresh);
        page.getByText("Confirm").click();
        awaitState(page, "signed_in");
        clicked.assertStored();
    }

    @Test
    void inOneOfTwoTabsWhileTheOtherWatchesAndThenOutAgain() throws Exception {
        BrowserContext desktop = clicked.device(Look.DESKTOP);
        Page page = open(desktop);
        Page other = open(desktop);
        awaitState(other, "signed_out");
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        awaitState(other, "awaiting_code");
        field(other).fill(code);
        other.getByText("Confirm").click();
        awaitState(other, "signed_in");
        awaitState(page, "signed_in");
        clicked.assertStored();

        page.getByText("Sign out").first().click();
        page.locator("[role=group]")
                .getByText("Sign out", new Locator.GetByTextOptions().setExact(true))
                .click();
        awaitState(page, "signed_out");
        awaitState(other, "signed_out");
        assertTrue(clicked.bridge().stored().isEmpty());
    }

    @Test
    void isCancelledAndStartedAnewFromThePage() throws Exception {
        Page page = open(clicked.device(Look.DESKTOP));
        awaitState(page, "signed_out");
        signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        page.getByText("Cancel").click();
        awaitState(page, "signed_out");
        String code = signInAtTheVendor(page);
        awaitState(page, "awaiting_code");
        page.getByText("New link").click();
        awaitState(page, "starting");
        awaitState(page, "awaiting_code");
        field(page).fill(code);
        page.getByText("Cancel").click();
        awaitState(page, "signed_out");
        assertTrue(clicked.bridge().stored().isEmpty());
    }
}
