package dev.authbridge.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * The authorization code that the sign-in page shows to the person, with the OAuth {@code state} that says which
 * authorization URL it answers. Its text form never shows it.
 */
public final class AuthorizationCode {
    private final String typed;
    private final Optional<String> state;

    /**
     * @param typed what is typed at the program's prompt; printable ASCII without blanks, so that no keystroke but the code
     *     itself can reach the terminal
     * @param state the {@code state} in it; empty if it has none
     * @throws IllegalArgumentException for any other character in {@code typed}
     */
    public AuthorizationCode(String typed, Optional<String> state) {
        if (typed.isEmpty() || !typed.chars().allMatch(character -> character > ' ' && character < 0x7F)) {
            throw new IllegalArgumentException("an authorization code consists of printable ASCII");
        }
        this.typed = typed;
        this.state = state;
    }

    /**
     * Checks that this code answers the given URL, before an attempt is spent on it. If either of them does not show its
     * {@code state}, there is nothing to compare.
     *
     * @throws Refusal {@code code_stale} for the code of another sign-in link; compared in constant time
     */
    public void requireAnswerTo(AuthorizationUrl url) throws Refusal {
        if (state.isPresent()
                && url.state().isPresent()
                && !MessageDigest.isEqual(
                        state.get().getBytes(UTF_8), url.state().get().getBytes(UTF_8))) {
            throw new Refusal(
                    Reason.CODE_STALE,
                    "That code belongs to another sign-in link. Open the link shown here and copy its code.");
        }
    }

    /** The code as it is typed at the program's prompt. */
    public String reveal() {
        return typed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthorizationCode code
                && MessageDigest.isEqual(typed.getBytes(UTF_8), code.typed.getBytes(UTF_8));
    }

    @Override
    public int hashCode() {
        return typed.hashCode();
    }

    @Override
    public String toString() {
        return "AuthorizationCode[redacted]";
    }
}
