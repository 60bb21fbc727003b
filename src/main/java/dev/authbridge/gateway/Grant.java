package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.protocol.ServerMessage;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What somebody on a socket may do: with a key of scope {@code login} all that an owner can, with a device that was let in
 * for one login that login only. Confined to the login loop.
 */
public interface Grant {
    Owner owner();

    /** The key, where there is one: what is not in this interface is only for keys. */
    Optional<AccessKey> key();

    /** Whether it is good now. */
    boolean holds();

    /** What is told once it is good no more. */
    Problem over();

    /** @throws Refusal {@code unauthorized} where it is good no more, or not for this */
    void require() throws Refusal;

    /** Where the login stands, as far as it may be seen. */
    LoginSnapshot snapshot();

    /** Tells each change that may be seen from now on. */
    Subscription watch(Consumer<LoginSnapshot> watcher);

    /** The state as it stands, whole. */
    LoginMessages.Told status();

    /** Whether {@link #status} would say the same again, and the sign-in link that was told is still good for a while. */
    boolean isCurrent(LoginMessages.Told told);

    /** What is to be told of a change. */
    ServerMessage change(LoginSnapshot snapshot);

    /** Hands in what somebody pasted. */
    void submit(Secret pasted) throws Refusal;
}
