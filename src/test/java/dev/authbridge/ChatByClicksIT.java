package dev.authbridge;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.authbridge.ClickedBridge.awaitState;
import static dev.authbridge.ClickedBridge.handIn;
import static dev.authbridge.ClickedBridge.picture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credential;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.Answer;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat as a person uses it, with the real CLI: the sign-in opens in the conversation, then the prompt is sent again. */
class ChatByClicksIT extends InChromium {
    private static final String PROMPT = "What do headless machines like?";
    private static final String OLD_TOKEN = "sk-ant-oat01-" + "O".repeat(95);
    private static final String OLD_KEY = "sk-ant-api03-" + "O".repeat(95);

    @TempDir
    Path folder;

    private ClickedBridge clicked;
    private Page page;

    @BeforeEach
    void startServer() throws Exception {
        clicked = new ClickedBridge(chromium, folder);
        clicked.api().says("They like ", "company.");
    }

    @AfterEach
    void endAndSearch() {
        clicked.close();
    }

    private void ask() {
        page = clicked.open(clicked.device(Look.DESKTOP), "chat");
        page.getByLabel("Your prompt").fill(PROMPT);
        press("Send");
    }

    private void press(String button) {
        page.getByText(button, new Page.GetByTextOptions().setExact(true)).click();
    }

    private void awaitWords(String words) {
        assertThat(page.locator("claude-chat")).containsText(words, new ContainsTextOptions().setTimeout(30_000));
    }

    private void signInInTheFlow() {
        page.locator("claude-login").waitFor(new Locator.WaitForOptions().setTimeout(30_000));
        handIn(
                page,
                ClickedBridge.signInAtTheVendor(
                        page,
                        page.locator("claude-login").getByRole(AriaRole.LINK).first()));
    }

    /** How often the page has sent the prompt. */
    private long promptsSent() {
        return clicked.sent().stream()
                .filter(frame -> frame.contains("claude.chat.prompt") && frame.contains(PROMPT))
                .count();
    }

    /** The credentials with which the CLI has sent the prompt, oldest first. */
    private List<String> askedWith() {
        return clicked.api().requests().stream()
                .filter(request -> request.body().contains(PROMPT))
                .map(ChatByClicksIT::credential)
                .toList();
    }

    private static String credential(ApiStandIn.Request request) {
        return Optional.ofNullable(request.headers().get("x-api-key"))
                .orElseGet(() -> request.headers().get("Authorization").replace("Bearer ", ""));
    }

    @Test
    void signedOutTheSignInOpensAndThePromptIsAnsweredAfterIt() throws Exception {
        ask();
        awaitState(page, "signed_out");
        picture(page, "chat-sign-in");
        assertEquals(List.of(), askedWith());
        signInInTheFlow();
        awaitWords("They like company.");
        assertThat(page.locator("claude-login")).hasCount(0);
        picture(page, "chat-answered");
        clicked.assertStored();
        assertEquals(2, promptsSent(), "refused once, and sent again once");
        assertEquals(List.of(clicked.service().lastToken()), askedWith());
    }

    @Test
    void anInvalidTokenLeadsToTheSignInAtTheFirstRetry() throws Exception {
        goesOnAfterASignIn(ClaudeCredential.token(new Secret(OLD_TOKEN), Instant.now()));
    }

    @Test
    void anInvalidApiKeyLeadsToTheSignInAtTheFirstRetry() throws Exception {
        goesOnAfterASignIn(ClaudeCredential.apiKey(OLD_KEY, Instant.now()));
    }

    private void goesOnAfterASignIn(Credential gone) throws Exception {
        FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS).keep(Owner.DEFAULT, gone);
        clicked.api().alwaysMessages(Answer.status(401));
        clicked.api().nextModels(Answer.status(401));
        ask();
        page.locator("claude-login").waitFor(new Locator.WaitForOptions().setTimeout(30_000));
        picture(page, "chat-gone-bad-" + gone.kind().wireName());
        long tries = askedWith().size();
        assertTrue(tries <= 2, "Claude tried " + tries + " times by itself");
        assertEquals(1, promptsSent());

        clicked.api().alwaysMessages(Answer.usual());
        signInInTheFlow();
        awaitWords("They like company.");
        assertThat(page.locator("claude-login")).hasCount(0);
        clicked.assertStored();
        assertEquals(2, promptsSent(), "refused once, and sent again once");
        List<String> askedWith = askedWith();
        assertEquals(
                List.of(clicked.service().lastToken()),
                askedWith.stream().filter(one -> !one.equals(gone.reveal())).toList());
        assertTrue(askedWith.contains(gone.reveal()));
    }

    @Test
    void stopEndsTheAnswerAndItsProgramAtOnce() throws Exception {
        FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS)
                .keep(Owner.DEFAULT, ClaudeCredential.token(new Secret(OLD_TOKEN), Instant.now()));
        clicked.api().holdAfterFirstPiece();
        ask();
        awaitWords("They like");
        // At first the CLI is also asked for its options.
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> clicked.bridge().cliProcesses().size() == 1,
                () -> "CLIs running: " + clicked.bridge().cliProcesses().size());
        press("Stop");
        awaitWords("Stopped.");
        Eventually.waitUntil(
                Duration.ofSeconds(5), () -> clicked.bridge().cliProcesses().isEmpty(), () -> "the CLI goes on");
    }
}
