package dev.authbridge.credential;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where credentials rest. At most one an owner; each change is whole or did not happen, whatever dies on the way.
 *
 * <p>May be used from any thread and by several processes at once. Every method blocks on the disk. Every failure is a
 * {@link Refusal} with {@code storage_failed} that says what to do, and leaves what was kept as it was.
 */
public interface CredentialVault {
    Optional<Credential> read(Owner owner) throws Refusal;

    /**
     * Keeps the credential in place of any earlier one; safe on disk when it returns. Where there is an earlier one that
     * this vault cannot read, it refuses: whoever holds the right key may still want it.
     */
    void keep(Owner owner, Credential credential) throws Refusal;

    /**
     * Changes what is known about a credential, unless another credential or none has taken its place since.
     *
     * @param asked the credential that something was learned about
     * @param change makes the new one of what is stored now
     * @return whether it was changed
     */
    boolean update(Owner owner, Credential asked, UnaryOperator<Credential> change) throws Refusal;

    /**
     * Deletes the owner's credential, also one that cannot be read.
     *
     * @return whether there was one
     */
    boolean delete(Owner owner) throws Refusal;

    /** Notes that the owner's credential was handed over now. It may be lost in a crash. */
    void used(Owner owner) throws Refusal;

    /** When the owner's credential, or one before it, was handed over last; empty where it is not known. */
    Optional<Instant> lastUsed(Owner owner) throws Refusal;

    /** All who have a credential, in the order of their names. */
    List<Owner> owners() throws Refusal;
}
