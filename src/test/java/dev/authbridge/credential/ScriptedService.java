package dev.authbridge.credential;

import dev.authbridge.credential.CheckResult.Validity;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A service whose answers a test sets; {@code valid} by default. Confined to the test's thread. */
final class ScriptedService implements CredentialCheck {
    private final Queue<CheckResult> answers = new ArrayDeque<>();
    private final Supplier<Instant> clock;
    private Validity usual = Validity.VALID;
    private CompletableFuture<CheckResult> held;
    private int asked;

    ScriptedService(Supplier<Instant> clock) {
        this.clock = clock;
    }

    void always(Validity validity) {
        usual = validity;
    }

    void next(Validity validity, String said) {
        answers.add(new CheckResult(validity, said, clock.get()));
    }

    /** Keeps the next check waiting until {@link #answerHeld}. */
    void hold() {
        held = new CompletableFuture<>();
    }

    void answerHeld(Validity validity, String said) {
        CompletableFuture<CheckResult> waiting = held;
        held = null;
        waiting.complete(new CheckResult(validity, said, clock.get()));
    }

    int asked() {
        return asked;
    }

    @Override
    public CompletionStage<CheckResult> ask(Credential credential) {
        asked++;
        if (held != null) {
            return held;
        }
        return CompletableFuture.completedFuture(
                answers.isEmpty() ? new CheckResult(usual, "as usual", clock.get()) : answers.remove());
    }
}
