package dev.authbridge.login;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * All logins: at most one an owner, and those that are kept warm for whoever comes first.
 *
 * <p>Every method is called on the login loop, and watchers are told there. Nothing here blocks.
 */
public final class Logins {
    private static final Logger LOG = System.getLogger(Logins.class.getName());

    /** An authorization URL is not known to live longer than a login, so one that waits unused is replaced early. */
    private static final Duration WARM_FOR = Duration.ofMinutes(5);

    /** How long nothing is kept warm after a warm login failed: what fails once without a user fails again at once. */
    private static final Duration WARM_AGAIN_AFTER = Duration.ofMinutes(1);

    private final SetupToken setupToken;
    private final TokenStore store;
    private final Timers timers;
    private final Executor loop;
    private final Limits limits;

    private final Map<Owner, OwnedLogin> owned = new HashMap<>();
    private final Set<LoginSession> warm = new LinkedHashSet<>();
    private final Set<CompletableFuture<Void>> ending = new LinkedHashSet<>();
    private boolean warmWanted;
    private boolean warmPaused;
    private boolean closed;

    /**
     * What the server may spend on logins.
     *
     * @param enabled whether there are logins at all
     * @param codeWithin how long a login waits for its code
     * @param most how many CLI processes run at once, the warm ones included; 145 MB each (measured)
     * @param warm how many CLI processes wait at their URL for somebody to come
     */
    public record Limits(boolean enabled, Duration codeWithin, int most, int warm) {}

    /** A subscription that can be ended. */
    public interface Watch {
        void close();
    }

    public Logins(SetupToken setupToken, TokenStore store, Timers timers, Executor loop, Limits limits) {
        this.setupToken = setupToken;
        this.store = store;
        this.timers = timers;
        this.loop = loop;
        this.limits = limits;
    }

    /** Whether logins can be started at all. */
    public boolean enabled() {
        return limits.enabled();
    }

    /** Where the owner's login stands. */
    public LoginSnapshot snapshot(Owner owner) {
        return of(owner).snapshot();
    }

    /**
     * Starts a login, or joins the one that the owner has open.
     *
     * @throws LoginException {@code disabled}, or {@code busy} when as many CLI processes run as may
     */
    public LoginSnapshot start(Owner owner, Initiator startedBy) throws LoginException {
        if (!limits.enabled()) {
            throw new LoginException(Reason.DISABLED, "Signing in is switched off on this server.");
        }
        if (closed) {
            throw new LoginException(Reason.BUSY, "The server is stopping. Try again in a moment.");
        }
        OwnedLogin login = of(owner);
        if (!login.snapshot().open()) {
            LoginSession session = warm.stream().findFirst().orElse(null);
            if (session == null) {
                if (running() >= limits.most()) {
                    throw new LoginException(Reason.BUSY, "Too many people are signing in right now. Try again soon.");
                }
                session = newSession();
            }
            warm.remove(session);
            session.belongTo(owner, startedBy);
            login.session = Optional.of(session);
            LOG.log(Level.INFO, "login of {0} started from {1}", owner, startedBy.address());
            login.changed();
            topUp();
        }
        return login.snapshot();
    }

    /**
     * Hands in the code for the owner's open login. The same code twice is submitted once.
     *
     * @throws LoginException {@code code_stale}, {@code busy}, or {@code timed_out} where no login waits for a code
     */
    public void submit(Owner owner, AuthorizationCode code) throws LoginException {
        LoginSession session = of(owner)
                .session
                .orElseThrow(() -> new LoginException(Reason.TIMED_OUT, "No login is open. Start a new one."));
        session.submit(code);
    }

    /** Ends the owner's open login, if there is one. */
    public void cancel(Owner owner) {
        of(owner).session.ifPresent(session -> session.fail(new Problem(Reason.CANCELLED, "The login was cancelled.")));
    }

    /** Forgets how the owner's last login ended, after a sign-out; a login that is open goes on. */
    public void forget(Owner owner) {
        OwnedLogin login = of(owner);
        if (!login.snapshot().open()) {
            login.session = Optional.empty();
        }
        login.changed();
    }

    /** Tells the watcher each change of the owner's login from now on. */
    public Watch watch(Owner owner, Consumer<LoginSnapshot> watcher) {
        OwnedLogin login = of(owner);
        login.watchers.add(watcher);
        return () -> login.watchers.remove(watcher);
    }

    /** Says whether somebody who could start a login is about. */
    public void keepWarm(boolean wanted) {
        warmWanted = wanted;
        if (wanted) {
            topUp();
        } else {
            List.copyOf(warm).forEach(this::endWarm);
        }
    }

    /** How many CLI processes run, the warm ones included. */
    public int running() {
        return warm.size()
                + (int) owned.values().stream()
                        .filter(login -> login.snapshot().open())
                        .count();
    }

    /** Ends every login and takes no new one; completes once all their processes are gone. */
    public CompletionStage<Void> close() {
        closed = true;
        warmWanted = false;
        List.copyOf(warm).forEach(this::endWarm);
        Problem stopping = new Problem(Reason.CANCELLED, "The server is stopping. Start a new login in a moment.");
        owned.values()
                .forEach(login -> login.session.ifPresent(session -> {
                    session.fail(stopping);
                    track(session.end());
                }));
        return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new));
    }

    private OwnedLogin of(Owner owner) {
        return owned.computeIfAbsent(owner, OwnedLogin::new);
    }

    private LoginSession newSession() {
        LoginSession[] created = new LoginSession[1];
        created[0] = new LoginSession(
                setupToken, store, timers, loop, limits.codeWithin(), () -> sessionChanged(created[0]));
        return created[0];
    }

    private void sessionChanged(LoginSession session) {
        if (session.state().ended()) {
            track(session.end());
        }
        if (warm.contains(session)) {
            if (session.state().ended()) {
                warm.remove(session);
                LOG.log(Level.WARNING, "a login that was kept warm ended: {0}", describe(session.state()));
                pauseWarm();
            }
            return;
        }
        owned.values().stream()
                .filter(login -> login.session.filter(session::equals).isPresent())
                .findFirst()
                .ifPresent(login -> login.sessionChanged(session));
    }

    private void topUp() {
        while (limits.enabled()
                && warmWanted
                && !warmPaused
                && !closed
                && warm.size() < limits.warm()
                && running() < limits.most()) {
            LoginSession session = newSession();
            warm.add(session);
            timers.after(WARM_FOR, () -> {
                if (warm.contains(session)) {
                    endWarm(session);
                    topUp();
                }
            });
        }
    }

    private void pauseWarm() {
        warmPaused = true;
        timers.after(WARM_AGAIN_AFTER, () -> {
            warmPaused = false;
            topUp();
        });
    }

    private void endWarm(LoginSession session) {
        warm.remove(session);
        track(session.end());
    }

    private void track(CompletionStage<Void> end) {
        CompletableFuture<Void> future = end.toCompletableFuture();
        ending.add(future);
        future.whenComplete((done, failure) -> loop.execute(() -> ending.remove(future)));
    }

    private static String describe(LoginState state) {
        return state instanceof LoginState.Failed failed
                ? failed.problem().reason().wireName()
                : state.name();
    }

    /** The one login that an owner has or had last, its watchers, and the count of its changes. */
    private final class OwnedLogin {
        private final Owner owner;
        private final Collection<Consumer<LoginSnapshot>> watchers = new ArrayList<>();
        private Optional<LoginSession> session = Optional.empty();
        private long seq;

        OwnedLogin(Owner owner) {
            this.owner = owner;
        }

        LoginSnapshot snapshot() {
            return session.map(current -> current.snapshot(seq))
                    .orElseGet(() -> new LoginSnapshot(
                            seq, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        }

        void sessionChanged(LoginSession current) {
            if (current.state().ended()) {
                Duration took = Duration.between(current.startedAt(), timers.now());
                LOG.log(
                        Level.INFO,
                        "login of {0} ended after {1} s: {2}",
                        owner,
                        took.toSeconds(),
                        describe(current.state()));
            }
            changed();
        }

        void changed() {
            seq++;
            LoginSnapshot snapshot = snapshot();
            List.copyOf(watchers).forEach(watcher -> watcher.accept(snapshot));
        }
    }
}
