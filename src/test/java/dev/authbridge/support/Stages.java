package dev.authbridge.support;

import dev.authbridge.core.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Takes answers from stages that have to be complete already, as those of local implementations are. */
public final class Stages {
    private Stages() {}

    /**
     * The answer; fails if the stage is not complete yet.
     *
     * @throws Refusal if that is the answer
     */
    public static <T> T now(CompletionStage<T> stage) throws Refusal {
        CompletableFuture<T> answer = stage.toCompletableFuture();
        if (!answer.isDone()) {
            throw new AssertionError("the answer is not there yet");
        }
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw e;
        }
    }
}
