package dev.authbridge.credential;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Does blocking work on an executor of its own. What fails there fails the future, always with a {@link Refusal} that is
 * not wrapped in anything.
 */
final class VaultWorker {
    private static final System.Logger LOG = System.getLogger(VaultWorker.class.getName());

    private final Executor executor;

    /** Work that may block and may fail. */
    interface Work<T> {
        T run() throws Refusal;
    }

    VaultWorker(Executor executor) {
        this.executor = executor;
    }

    <T> CompletableFuture<T> run(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        run(result, work);
        return result;
    }

    <T> void run(CompletableFuture<T> result, Work<T> work) {
        try {
            executor.execute(() -> {
                try {
                    result.complete(work.run());
                } catch (Refusal e) {
                    result.completeExceptionally(e);
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "work on the credentials failed", e);
                    result.completeExceptionally(new Refusal(
                            new Problem(Reason.STORAGE_FAILED, "The server failed; its log says more."), e));
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new Refusal(Reason.STORAGE_FAILED, "The server is shutting down."));
        }
    }
}
