package dev.authbridge.support;

import dev.authbridge.core.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Takes answers that have to be there at once, as those of parts that run on this machine are. */
public final class Stages {
    private Stages() {}

    /**
     * The answer, which is there already; fails where it is not.
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
