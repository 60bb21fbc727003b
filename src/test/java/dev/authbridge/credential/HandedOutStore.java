package dev.authbridge.credential;

import dev.authbridge.core.Owner;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A store whose reads a test answers by hand, in any order. It does nothing else. */
final class HandedOutStore implements CredentialStore {
    private final Queue<CompletableFuture<Optional<Kept>>> reads = new ArrayDeque<>();

    /** The longest waiting read. */
    CompletableFuture<Optional<Kept>> nextRead() {
        return reads.remove();
    }

    @Override
    public CompletionStage<Optional<Kept>> read(Owner owner) {
        CompletableFuture<Optional<Kept>> read = new CompletableFuture<>();
        reads.add(read);
        return read;
    }

    @Override
    public CompletionStage<Void> keep(Owner owner, Function<Optional<Credential>, Credential> next) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> update(Owner owner, Credential asked, UnaryOperator<Credential> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> delete(Owner owner) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> used(Owner owner) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> ready(Owner owner) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Map<Owner, String>> stamps() {
        throw new UnsupportedOperationException();
    }
}
