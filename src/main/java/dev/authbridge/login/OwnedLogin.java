package dev.authbridge.login;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Subscription;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An owner's current or last login, who watches it, and how often it has changed. Confined to the event loop.
 */
final class OwnedLogin {
    private static final Logger LOG = System.getLogger(OwnedLogin.class.getName());

    private final Owner owner;
    private final Loop loop;
    private final Collection<Consumer<LoginSnapshot>> watchers = new ArrayList<>();
    private Optional<LoginSession> session = Optional.empty();
    private long seq;

    OwnedLogin(Owner owner, Loop loop) {
        this.owner = owner;
        this.loop = loop;
    }

    LoginSnapshot snapshot() {
        return session.map(current -> current.snapshot(seq)).orElseGet(() -> LoginSnapshot.none(seq));
    }

    /** Empty if there has been no login yet. */
    Optional<LoginSession> session() {
        return session;
    }

    /** Makes the session this owner's login; the session reports the change itself. */
    void begin(LoginSession begun, Peer startedBy) {
        session = Optional.of(begun);
        LOG.log(Level.INFO, "login of {0} started from {1}", owner, startedBy.address());
        begun.belongTo(owner, startedBy);
    }

    /** Forgets how the last login ended. An open login is not affected. */
    void forget() {
        if (!snapshot().open()) {
            session = Optional.empty();
        }
        changed();
    }

    Subscription watch(Consumer<LoginSnapshot> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    /** The session of this login changed its state. */
    void changed(LoginSession current) {
        if (current.state().ended()) {
            Duration took = Duration.between(current.startedAt(), loop.now());
            LOG.log(
                    Level.INFO,
                    "login of {0} ended after {1} s: {2}",
                    owner,
                    took.toSeconds(),
                    current.state().outcome());
        }
        changed();
    }

    private void changed() {
        seq++;
        LoginSnapshot snapshot = snapshot();
        List.copyOf(watchers).forEach(watcher -> watcher.accept(snapshot));
    }
}
