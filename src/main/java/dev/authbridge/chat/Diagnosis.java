package dev.authbridge.chat;

import dev.authbridge.claude.print.ClaudeDiagnosis;
import dev.authbridge.core.Reason;
import java.util.Optional;

/**
 * What is wrong with a sign-in somewhere, by what the CLI printed there.
 *
 * @param name {@code expired}, {@code invalid}, {@code conflict}, {@code rate_limited}, {@code signed_out}, or
 *     {@code none}
 * @param reason the same in the contract's words, where it has one
 * @param message one sentence for people
 * @param action what to do about it; empty for {@code none}
 * @param signInHelps whether signing in again mends it
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
                        Optional.of(found.action()),
                        found.signInHelps()))
                .orElse(NONE);
    }
}
