package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Pairings;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.LoginSnapshot;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a device that was let in may do: see one login, and hand in its code. It cannot start, cancel or replace a login, and
 * hears nothing of the owner's credential; see {@link Grant}.
 */
public record DeviceGrant(Pairings.Device device, Devices devices, LoginDesk desk) implements Grant {
    public static final Problem OVER =
            new Problem(Reason.UNAUTHORIZED, "This device was let in for one login, and that is over.");

    private static final Problem ENDED =
            new Problem(Reason.TIMED_OUT, "That login has ended. Start a new one on the first device.");

    @Override
    public Owner owner() {
        return device.owner();
    }

    @Override
    public Optional<AccessKey> key() {
        return Optional.empty();
    }

    @Override
    public boolean holds() {
        return devices.holds(device);
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
    public boolean watches() {
        return true;
    }

    @Override
    public boolean sees(LoginSnapshot change) {
        return change.loginId().filter(device.loginId()::equals).isPresent();
    }

    @Override
    public LoginSnapshot seen(LoginSnapshot ofOwner) {
        return devices.seen(device, ofOwner);
    }

    @Override
    public CompletionStage<LoginMessages.Beside> beside(LoginSnapshot snapshot, Optional<Secret> link) {
        return CompletableFuture.completedFuture(desk.besideNothing(snapshot));
    }

    @Override
    public CompletionStage<Void> submit(Secret pasted) {
        return desk.snapshot(this)
                .thenCompose(now -> now.open()
                        ? desk.submit(device.key(), pasted)
                        : CompletableFuture.failedFuture(new Refusal(ENDED)));
    }
}
