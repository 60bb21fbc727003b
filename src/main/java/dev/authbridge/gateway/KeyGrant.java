package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Scope;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.protocol.ServerMessage;
import java.util.Optional;
import java.util.function.Consumer;

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
    public LoginSnapshot snapshot() {
        return desk.snapshot(bearing);
    }

    @Override
    public Subscription watch(Consumer<LoginSnapshot> watcher) {
        return bearing.may(Scope.LOGIN) ? desk.watch(bearing, watcher) : () -> {};
    }

    @Override
    public LoginMessages.Told status() {
        return desk.status(bearing);
    }

    @Override
    public boolean isCurrent(LoginMessages.Told told) {
        return desk.isCurrent(bearing, told);
    }

    @Override
    public ServerMessage change(LoginSnapshot snapshot) {
        return desk.change(bearing, snapshot);
    }

    @Override
    public void submit(Secret pasted) throws Refusal {
        desk.submit(bearing, pasted);
    }
}
