package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.LoginSnapshot;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a client may do and see: with a key of scope {@code login} all that an owner can, with a device that was let in for
 * one login that login only. Confined to the event loop.
 */
public interface Grant {
    Owner owner();

    /** The key, where there is one: what is not in this interface is only for keys. */
    Optional<AccessKey> key();

    /** Whether it is good now. */
    boolean holds();

    /** What is told once it is no longer good. */
    Problem over();

    /** @throws Refusal {@code unauthorized} where it is no longer good, or not for logins */
    void require() throws Refusal;

    /** Whether changes of the owner's login may be seen at all. */
    boolean watches();

    /** Whether this change of the owner's login may be seen. */
    boolean sees(LoginSnapshot change);

    /** Where the login stands, as far as it may be seen. */
    LoginSnapshot seen(LoginSnapshot ofOwner);

    /**
     * What is told beside the login.
     *
     * @param link the sign-in link that was told before; a new one is made where there is none
     */
    CompletionStage<LoginMessages.Beside> beside(LoginSnapshot snapshot, Optional<Secret> link);

    /** Hands in what somebody pasted; fails with the refusal that is to be told. */
    CompletionStage<Void> submit(Secret pasted);
}
