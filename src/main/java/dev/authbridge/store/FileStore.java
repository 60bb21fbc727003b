package dev.authbridge.store;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialStore;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Credentials in encrypted files, for callers that must not block. Reads and writes have separate executors, so that no
 * read waits behind a write: a write may wait up to 10 seconds for the folder's lock while another process holds it.
 */
public final class FileStore implements CredentialStore {
    private static final System.Logger LOG = System.getLogger(FileStore.class.getName());

    private final FileVault vault;
    private final Executor readers;
    private final Executor writer;

    private interface Work<T> {
        T run() throws Refusal;
    }

    /**
     * @param readers runs work that blocks on the disk
     * @param writer runs work that blocks on the disk and on other processes
     */
    public FileStore(FileVault vault, Executor readers, Executor writer) {
        this.vault = vault;
        this.readers = readers;
        this.writer = writer;
    }

    @Override
    public CompletionStage<Optional<Kept>> read(Owner owner) {
        return on(readers, () -> {
            Optional<Credential> credential = vault.read(owner);
            return credential.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Kept(credential.get(), vault.lastUsed(owner)));
        });
    }

    @Override
    public CompletionStage<Void> keep(Owner owner, Function<Optional<Credential>, Credential> next) {
        return on(writer, () -> {
            vault.replace(owner, next);
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> update(Owner owner, Credential asked, UnaryOperator<Credential> change) {
        return on(writer, () -> vault.update(owner, asked, change));
    }

    @Override
    public CompletionStage<Boolean> delete(Owner owner) {
        return on(writer, () -> vault.delete(owner));
    }

    @Override
    public CompletionStage<Void> used(Owner owner) {
        return on(readers, () -> {
            vault.used(owner);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> ready(Owner owner) {
        return on(readers, () -> {
            vault.requireReady(owner);
            return null;
        });
    }

    @Override
    public CompletionStage<Map<Owner, String>> stamps() {
        return on(readers, vault::stamps);
    }

    private static <T> CompletionStage<T> on(Executor executor, Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    result.complete(work.run());
                } catch (Refusal e) {
                    result.completeExceptionally(e);
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "work on the credentials failed", e);
                    result.completeExceptionally(new Refusal(
                            new Problem(
                                    Reason.STORAGE_FAILED,
                                    "The server failed to read or write the credentials. Its log has the details."),
                            e));
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new Refusal(Reason.STORAGE_FAILED, "The server is shutting down."));
        }
        return result;
    }
}
