package dev.authbridge.credential;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A service that answers what a test tells it to, {@code valid} usually, at the time that secrets are made here. */
final class ScriptedService implements ServiceCheck {
    private final Queue<CheckResult> answers = new ArrayDeque<>();
    private CompletableFuture<CheckResult> held;
    private int asked;

    void next(Validity validity, String said) {
        answers.add(new CheckResult(validity, said, Secrets.MADE));
    }

    /** The next question waits for {@link #answerHeld}. */
    void hold() {
        held = new CompletableFuture<>();
    }

    void answerHeld(Validity validity, String said) {
        CompletableFuture<CheckResult> waiting = held;
        held = null;
        waiting.complete(new CheckResult(validity, said, Secrets.MADE));
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
        CheckResult usual = new CheckResult(Validity.VALID, "200", Secrets.MADE);
        return CompletableFuture.completedFuture(answers.isEmpty() ? usual : answers.remove());
    }
}
