package dev.authbridge.credential;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Where credentials rest: at most one an owner, and each change is whole or did not happen, whatever dies on the way.
 * Several processes may use the same store at once.
 *
 * <p>May be called from any thread; nothing blocks, and reads do not wait for writes. The stages complete on any thread.
 * They fail with a {@link Refusal} only, which is not wrapped: {@code storage_failed}, saying what to do. What was kept is
 * still there then.
 */
public interface CredentialStore {
    /**
     * What is kept for one owner.
     *
     * @param credential the credential itself
     * @param lastUsed when it, or one before it, was handed over last; empty where that is not known
     */
    record Kept(Credential credential, Optional<Instant> lastUsed) {
        public Kept {
            Objects.requireNonNull(credential);
            Objects.requireNonNull(lastUsed);
        }
    }

    /** Reads what is kept now; empty where nothing is. Fails where there is something that cannot be read. */
    CompletionStage<Optional<Kept>> read(Owner owner);

    /**
     * Keeps a credential in place of any earlier one; safe when the stage completes. Where there is an earlier one that
     * cannot be read, it fails: whoever has the right key may still want that one.
     *
     * @param next makes the credential to keep, given the earlier one; called on any thread, once
     */
    CompletionStage<Void> keep(Owner owner, Function<Optional<Credential>, Credential> next);

    /**
     * Changes what is known about a credential, unless another one or none has taken its place meanwhile.
     *
     * @param asked the credential that something was learned about
     * @param change makes the new one out of what is kept; called on any thread, once at most
     * @return whether it was changed
     */
    CompletionStage<Boolean> update(Owner owner, Credential asked, UnaryOperator<Credential> change);

    /**
     * Deletes the owner's credential, also one that cannot be read.
     *
     * @return whether there was one
     */
    CompletionStage<Boolean> delete(Owner owner);

    /** Notes that the owner's credential was handed over now. The note may be lost in a crash. */
    CompletionStage<Void> used(Owner owner);

    /** Finds out, without changing anything, whether {@link #keep} would work for this owner; fails as it would, if not. */
    CompletionStage<Void> ready(Owner owner);

    /**
     * All who have a credential, in the order of their names, each with a stamp: it differs from an earlier one where any
     * process has changed meanwhile what {@link #read} gives. No credential is read for it.
     */
    CompletionStage<Map<Owner, String>> stamps();
}
