package dev.authbridge.credential;

import dev.authbridge.login.LoginException;
import dev.authbridge.login.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Does blocking work on an executor of its own; what fails there fails the future, not wrapped in anything. */
final class VaultWorker {
    private final Executor executor;

    /** Work that may block and may fail. */
    interface Work<T> {
        T run() throws LoginException;
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
                } catch (LoginException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new LoginException(Reason.STORAGE_FAILED, "The server is shutting down."));
        }
    }
}
