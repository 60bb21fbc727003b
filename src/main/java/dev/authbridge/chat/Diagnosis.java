package dev.authbridge.chat;

import dev.authbridge.claude.BareMode;
import dev.authbridge.claude.print.ClaudeDiagnosis;
import dev.authbridge.core.Reason;
import java.util.Optional;

/**
 * What the output of a CLI, on any machine, says about its sign-in.
 *
 * @param name {@code expired}, {@code invalid}, {@code conflict}, {@code bare}, {@code rate_limited}, {@code signed_out}, or
 *     {@code none}
 * @param reason the reason of the bridge's own errors that means the same, if there is one
 * @param message one sentence for people
 * @param action what to do about it; empty for {@code none}
 * @param signInHelps whether signing in again helps
 */
public record Diagnosis(
        String name, Optional<Reason> reason, String message, Optional<String> action, boolean signInHelps) {
    private static final Diagnosis NONE = new Diagnosis(
            "none", Optional.empty(), "This says nothing of a fault of the sign-in.", Optional.empty(), false);

    /** @param output text, or the lines of {@code --output-format json} or {@code stream-json} */
    public static Diagnosis of(String output) {
        return ClaudeDiagnosis.of(output)
                .map(found -> new Diagnosis(
                        found.wireName(),
                        found.reason(),
                        found.message(),
                        Optional.of(action(found)),
                        found.signInHelps()))
                .orElse(NONE);
    }

    /** A CLI elsewhere may have been started in a way in which a sign-in does not help it; the chat's never is. */
    private static String action(ClaudeDiagnosis found) {
        return found == ClaudeDiagnosis.SIGNED_OUT ? found.action() + " " + BareMode.IF_IT_IS_ON : found.action();
    }
}
