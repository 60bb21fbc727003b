package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.LoginSnapshot;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the bearer of a key may do; see {@link Grant}. */
public record KeyGrant(AccessKey bearing, Doorkeeper doorkeeper, LoginDesk desk) implements Grant {
    @Override
    public Owner owner() {
        return bearing.owner();
    }

    @Override
    public Optional<AccessKey> key() {
        return Optional.of(bearing);
    }

    @Override
    public boolean holds() {
        return doorkeeper.holds(bearing);
    }

    @Override
    public Problem over() {
        return new Problem(Reason.UNAUTHORIZED, "That access key is good no more.");
    }

    @Override
    public void require() throws Refusal {
        doorkeeper.require(bearing, Scope.LOGIN);
    }

    @Override
    public boolean watches() {
        return bearing.may(Scope.LOGIN);
    }

    @Override
    public boolean sees(LoginSnapshot change) {
        return true;
    }

    @Override
    public LoginSnapshot seen(LoginSnapshot ofOwner) {
        return ofOwner;
    }

    @Override
    public CompletionStage<LoginMessages.Beside> beside(LoginSnapshot snapshot, Optional<Secret> link) {
        return desk.beside(bearing, link);
    }

    @Override
    public CompletionStage<Void> submit(Secret pasted) {
        return desk.submit(bearing, pasted);
    }
}
