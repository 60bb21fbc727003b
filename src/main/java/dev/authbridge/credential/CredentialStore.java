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
 * Where credentials are kept, at most one for each owner. A change happens completely or not at all, even if the process
 * dies on the way. Several processes may use the same store at once.
 *
 * <p>May be called from any thread; nothing blocks, and reads do not wait for writes. The stages complete on any thread.
 * They fail only with a {@link Refusal}, which is not wrapped: {@code storage_failed}, with what to do. What was kept is
 * still there in that case.
 */
public interface CredentialStore {
    /**
     * What is kept for one owner.
     *
     * @param credential the credential itself
     * @param lastUsed when it, or an earlier one, was last handed over; empty if that is not known
     */
    record Kept(Credential credential, Optional<Instant> lastUsed) {
        public Kept {
            Objects.requireNonNull(credential);
            Objects.requireNonNull(lastUsed);
        }
    }

    /** Reads what is kept now; empty if there is nothing. Fails if there is something that cannot be read. */
    CompletionStage<Optional<Kept>> read(Owner owner);

    /**
     * Keeps a credential in place of any earlier one; it is safe when the stage completes. Fails if there is an earlier one
     * that cannot be read, since it may still be needed once the right master key is back.
     *
     * @param next makes the credential to keep, given the earlier one; called on any thread, once
     */
    CompletionStage<Void> keep(Owner owner, Function<Optional<Credential>, Credential> next);

    /**
     * Changes what is known about a credential, unless it has been replaced or deleted meanwhile.
     *
     * @param asked the credential that something was learned about
     * @param change makes the new one out of what is kept; called on any thread, at most once
     * @return whether it was changed
     */
    CompletionStage<Boolean> update(Owner owner, Credential asked, UnaryOperator<Credential> change);

    /**
     * Deletes the owner's credential, even if it cannot be read.
     *
     * @return whether there was one
     */
    CompletionStage<Boolean> delete(Owner owner);

    /** Notes that the owner's credential was handed over now. The note may be lost in a crash. */
    CompletionStage<Void> used(Owner owner);

    /** Finds out, without changing anything, whether {@link #keep} would work for this owner; fails as it would, if not. */
    CompletionStage<Void> ready(Owner owner);

    /**
     * All owners who have a credential, in the order of their names, each with a stamp that changes whenever any process
     * changes what {@link #read} returns. No credential is read for this.
     */
    CompletionStage<Map<Owner, String>> stamps();
}
