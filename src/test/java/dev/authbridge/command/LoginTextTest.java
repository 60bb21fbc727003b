package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.LoginState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginTextTest {
    private static final Problem REJECTED = new Problem(Reason.CODE_REJECTED, "Claude did not accept that code.");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final LoginDialog.Text text = new LoginDialog.Text(
            new Surroundings(
                    Map.of(),
                    new ByteArrayInputStream(new byte[0]),
                    new PrintStream(out, true, UTF_8),
                    new PrintStream(err, true, UTF_8),
                    Clock.systemUTC()),
            Owner.DEFAULT,
            false);

    private static LoginState awaiting(Optional<Problem> problem) throws Exception {
        return new LoginState.AwaitingCode(
                new AuthorizationUrl("https://claude.ai/oauth/authorize?code=true&state=abc", Optional.of("abc")),
                problem);
    }

    private int count(String words) {
        return (out.toString(UTF_8).length()
                        - out.toString(UTF_8).replace(words, "").length())
                / words.length();
    }

    @Test
    void eachStateIsPrintedOnce() throws Exception {
        text.show(awaiting(Optional.empty()));
        text.show(awaiting(Optional.empty()));
        assertEquals(1, count("https://claude.ai/oauth/authorize?code=true&state=abc"));
        assertEquals(1, count("Code: "));
        assertEquals("", err.toString(UTF_8));
    }

    @Test
    void theReasonForARejectionIsPrintedOnceForEachCode() throws Exception {
        text.show(new LoginState.Starting(Optional.of(REJECTED)));
        assertEquals(1, count(REJECTED.message()));
        text.show(awaiting(Optional.of(REJECTED)));
        assertEquals(1, count(REJECTED.message()));
        text.show(new LoginState.Verifying());
        text.show(awaiting(Optional.of(REJECTED)));
        assertEquals(2, count(REJECTED.message()));
    }

    @Test
    void thatAnotherCliTookOverIsPrintedWithTheNewLink() throws Exception {
        LoginState.AwaitingCode awaiting = (LoginState.AwaitingCode) awaiting(Optional.of(REJECTED));
        text.show(new LoginState.AwaitingCode(awaiting.url(), awaiting.problem(), true));
        assertEquals(1, count("The link is a new one; codes of the one before no longer count."));
    }

    @Test
    void aFailureIsPrintedToStandardError() {
        text.show(new LoginState.Failed(REJECTED));
        assertTrue(err.toString(UTF_8).contains(REJECTED.message()));
        assertEquals("", out.toString(UTF_8));
    }
}
