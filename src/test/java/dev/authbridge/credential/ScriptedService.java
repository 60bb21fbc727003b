package dev.authbridge.credential;

import dev.authbridge.credential.CredentialCheck.Validity;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A service whose answers a test sets; {@code valid} by default. Confined to the test's thread. */
final class ScriptedService implements CredentialCheck {
    private final Queue<CredentialCheck.Result> answers = new ArrayDeque<>();
    private final Supplier<Instant> clock;
    private Validity usual = Validity.VALID;
    private CompletableFuture<CredentialCheck.Result> held;
    private int asked;

    ScriptedService(Supplier<Instant> clock) {
        this.clock = clock;
    }

    void always(Validity validity) {
        usual = validity;
    }

    void next(Validity validity, String said) {
        answers.add(new CredentialCheck.Result(validity, said, clock.get()));
    }

    /** Keeps the next check waiting until {@link #answerHeld}. */
    void hold() {
        held = new CompletableFuture<>();
    }

    void answerHeld(Validity validity, String said) {
        CompletableFuture<CredentialCheck.Result> waiting = held;
        held = null;
        waiting.complete(new CredentialCheck.Result(validity, said, clock.get()));
    }

    int asked() {
        return asked;
    }

    @Override
    public CompletionStage<CredentialCheck.Result> ask(Credential credential) {
        asked++;
        if (held != null) {
            return held;
        }
        return CompletableFuture.completedFuture(
                answers.isEmpty() ? new CredentialCheck.Result(usual, "as usual", clock.get()) : answers.remove());
    }
}
