package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.PairedDevice;
import dev.authbridge.access.Pairings;
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

/**
 * What a device that was let in may do: see one login, and hand in its code. It cannot start, cancel or replace a login, and
 * hears nothing of the owner's credential; see {@link Grant}.
 */
public record DeviceGrant(PairedDevice device, Pairings pairings, LoginDesk desk) implements Grant {
    public static final Problem OVER =
            new Problem(Reason.UNAUTHORIZED, "This device was let in for one login, and that is over.");

    @Override
    public Owner owner() {
        return device.key().owner();
    }

    @Override
    public Optional<AccessKey> key() {
        return Optional.empty();
    }

    @Override
    public boolean holds() {
        return pairings.holds(device);
    }

    @Override
    public Problem over() {
        return OVER;
    }

    @Override
    public void require() throws Refusal {
        if (!holds()) {
            throw new Refusal(OVER);
        }
    }

    @Override
    public LoginSnapshot snapshot() {
        return device.snapshot(desk.snapshot(device.key()));
    }

    @Override
    public Subscription watch(Consumer<LoginSnapshot> watcher) {
        return desk.watch(device.key(), snapshot -> {
            if (device.carriesOn(snapshot)) {
                watcher.accept(snapshot);
            }
        });
    }

    @Override
    public LoginMessages.Told status() {
        LoginSnapshot now = snapshot();
        return LoginMessages.answer(now, desk.besideNothing(now));
    }

    @Override
    public boolean isCurrent(LoginMessages.Told told) {
        return snapshot().equals(told.snapshot());
    }

    @Override
    public ServerMessage change(LoginSnapshot snapshot) {
        return LoginMessages.change(snapshot, desk.besideNothing(snapshot));
    }

    @Override
    public void submit(Secret pasted) throws Refusal {
        if (!snapshot().open()) {
            throw new Refusal(Reason.TIMED_OUT, "That login has ended. Start a new one on the first device.");
        }
        desk.submit(device.key(), pasted);
    }
}
