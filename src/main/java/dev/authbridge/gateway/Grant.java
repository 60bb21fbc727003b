package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.Audit;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.Tickets;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.LoginSnapshot;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a client may do and see: with an access key of scope {@code login}, everything that its owner can; as a device that
 * was let in to one login, that login only. Confined to the event loop.
 */
public sealed interface Grant {
    Owner owner();

    /** The bearer of an access key, if the client is one: whatever this interface does not offer needs a key. */
    Optional<Bearer> bearer();

    /** Whether the grant is still good. */
    boolean holds();

    /** Notes that the client has made use of the grant. */
    void used();

    /**
     * Writes down what the client has done.
     *
     * @param peer where the client is
     * @param more further names and values in turn
     */
    void record(Audit audit, Audit.Event event, Peer peer, String... more);

    /** What the client is told when the grant is no longer good. */
    Problem over();

    /** Whether the connection is closed when the grant is no longer good. */
    boolean closesWhenOver();

    /** @throws Refusal {@code unauthorized} if the grant is no longer good, or not good for logins */
    void require() throws Refusal;

    /** Whether the client may hear of the owner's login at all. */
    boolean mayHear();

    /** Whether the client may see this change of the owner's login. */
    boolean sees(LoginSnapshot change);

    /** What the client may see of the owner's login. */
    LoginSnapshot seen(LoginSnapshot ofOwner);

    /**
     * What the client is told beside the login.
     *
     * @param link the sign-in link that it was told before; if there is none, a new one is made for the holder
     */
    CompletionStage<LoginMessages.Beside> beside(Optional<Secret> link, Tickets.Holder holder);

    /** Fails with the refusal to be told if the client may not submit a code now. */
    CompletionStage<Void> requireOpenLogin();

    /** What the bearer of an access key may do. */
    record OfKey(Bearer who, Doorkeeper doorkeeper, LoginDesk desk) implements Grant {
        @Override
        public Owner owner() {
            return who.owner();
        }

        @Override
        public Optional<Bearer> bearer() {
            return Optional.of(who);
        }

        @Override
        public boolean holds() {
            return doorkeeper.holds(who);
        }

        @Override
        public void used() {
            doorkeeper.sessions().used(who);
        }

        @Override
        public void record(Audit audit, Audit.Event event, Peer peer, String... more) {
            audit.record(event, who, peer, more);
        }

        @Override
        public Problem over() {
            return doorkeeper.over(who);
        }

        /** A page with a session can only connect again; one that shows its key in each message may show another one. */
        @Override
        public boolean closesWhenOver() {
            return who.session().isPresent();
        }

        @Override
        public void require() throws Refusal {
            doorkeeper.require(who, Scope.LOGIN);
        }

        @Override
        public boolean mayHear() {
            return who.key().may(Scope.LOGIN);
        }

        @Override
        public boolean sees(LoginSnapshot change) {
            return mayHear();
        }

        @Override
        public LoginSnapshot seen(LoginSnapshot ofOwner) {
            return mayHear() ? ofOwner : LoginSnapshot.none(ofOwner.seq());
        }

        @Override
        public CompletionStage<LoginMessages.Beside> beside(Optional<Secret> link, Tickets.Holder holder) {
            return desk.beside(who, link, holder);
        }

        /** Whether a login is open is checked where the code is submitted. */
        @Override
        public CompletionStage<Void> requireOpenLogin() {
            return holds()
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new Refusal(over()));
        }
    }

    /**
     * What a device may do that was let in to one login: see that login, and submit its code. It cannot start, cancel or
     * replace a login, and is told nothing of the owner's credential.
     */
    record OfDevice(Pairings.Device device, Devices devices, LoginDesk desk) implements Grant {
        public static final Problem OVER =
                new Problem(Reason.UNAUTHORIZED, "This device was let in for one login, and that is over.");

        private static final Problem ENDED =
                new Problem(Reason.TIMED_OUT, "That login has ended. Start a new one on the first device.");

        @Override
        public Owner owner() {
            return device.owner();
        }

        @Override
        public Optional<Bearer> bearer() {
            return Optional.empty();
        }

        @Override
        public boolean holds() {
            return devices.holds(device);
        }

        @Override
        public void used() {
            // A device's access ends with its login, however much it is used.
        }

        @Override
        public void record(Audit audit, Audit.Event event, Peer peer, String... more) {
            audit.record(
                    event, device.owner(), Optional.of(device.invitedBy().key().sha256()), peer, more);
        }

        @Override
        public Problem over() {
            return OVER;
        }

        @Override
        public boolean closesWhenOver() {
            return true;
        }

        @Override
        public void require() throws Refusal {
            if (!holds()) {
                throw new Refusal(OVER);
            }
        }

        @Override
        public boolean mayHear() {
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
        public CompletionStage<LoginMessages.Beside> beside(Optional<Secret> link, Tickets.Holder holder) {
            return CompletableFuture.completedFuture(desk.besideNothing(owner()));
        }

        @Override
        public CompletionStage<Void> requireOpenLogin() {
            return desk.snapshot(this).thenCompose(now -> {
                if (!holds()) {
                    return CompletableFuture.failedFuture(new Refusal(OVER));
                }
                return now.open()
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(new Refusal(ENDED));
            });
        }
    }
}
