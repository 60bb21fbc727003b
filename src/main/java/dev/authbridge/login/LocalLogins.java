package dev.authbridge.login;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Places;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The logins of one machine: at most one for each owner, and warm ones, ready for the next owners to start one. Confined to
 * the event loop; its stages are always complete, except the one of {@link #close}.
 */
public final class LocalLogins implements Logins {
    private final List<SignInProgram> programs;
    private final CredentialSink sink;
    private final Loop loop;
    private final Limits limits;

    private final List<BiConsumer<Owner, LoginSnapshot>> ofEverybody = new ArrayList<>();
    private final Map<Owner, OwnedLogin> owned = new HashMap<>();
    private final WarmLogins warm;
    private final Places places;

    private boolean closed;

    /**
     * @param programs what people can sign in with, each by its own name; the first is used where nobody chose, and is the
     *     one that is kept warm
     */
    public LocalLogins(List<SignInProgram> programs, CredentialSink sink, Loop loop, Limits limits) {
        this.programs = List.copyOf(programs);
        this.sink = sink;
        this.loop = loop;
        this.limits = limits;
        this.places = new Places(limits.most(), loop, this::topUp);
        this.warm = new WarmLogins(
                limits.enabled() ? limits.warm() : 0, loop, () -> !closed && places.isRoom(), this::warmSession);
    }

    @Override
    public boolean enabled() {
        return limits.enabled();
    }

    @Override
    public boolean installing() {
        return programs.stream().anyMatch(SignInProgram::installing);
    }

    @Override
    public CompletionStage<LoginSnapshot> snapshot(Owner owner) {
        return CompletableFuture.completedFuture(of(owner).snapshot());
    }

    @Override
    public CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy) {
        return start(owner, startedBy, programs.get(0).name());
    }

    @Override
    public CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy, String programName) {
        Optional<SignInProgram> program = programs.stream()
                .filter(known -> known.name().equals(programName))
                .findFirst();
        if (program.isEmpty()) {
            return refused(Reason.BAD_MESSAGE, "This server knows no such way to sign in.");
        }
        if (!limits.enabled()) {
            return refused(Reason.DISABLED, "Signing in is switched off on this server.");
        }
        if (closed) {
            return refused(Reason.BUSY, "The server is stopping. Try again in a moment.");
        }
        OwnedLogin login = of(owner);
        if (!login.snapshot().open()) {
            Optional<LoginSession> session = warmOrNew(program.get());
            if (session.isEmpty()) {
                return refused(Reason.BUSY, "Too many people are signing in right now. Try again soon.");
            }
            login.begin(session.get(), startedBy);
            warm.topUp();
        }
        return snapshot(owner);
    }

    @Override
    public CompletionStage<AuthorizationCode> readCode(Owner owner, Secret pasted) {
        SignInProgram program = of(owner).session().map(LoginSession::program).orElse(programs.get(0));
        try {
            return CompletableFuture.completedFuture(program.readCode(pasted));
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> submit(Owner owner, Optional<String> loginId, AuthorizationCode code) {
        Optional<LoginSession> session = of(owner).session();
        if (session.isEmpty()) {
            return refused(Reason.TIMED_OUT, "No login is open. Start a new one.");
        }
        if (!loginId.equals(session.map(LoginSession::id))) {
            return refused(
                    Reason.CODE_STALE,
                    "That code was for an earlier login. Open the link shown here and copy its code.");
        }
        try {
            session.get().submit(code);
            return CompletableFuture.completedFuture(null);
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Boolean> cancel(Owner owner) {
        boolean open = of(owner).snapshot().open();
        of(owner)
                .session()
                .ifPresent(session -> session.fail(new Problem(Reason.CANCELLED, "The login was cancelled.")));
        return CompletableFuture.completedFuture(open);
    }

    @Override
    public CompletionStage<Void> discardUnstored(Owner owner) {
        if (of(owner).session().filter(LoginSession::isKeeping).isEmpty()) {
            sink.forget(owner);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> forget(Owner owner) {
        of(owner).forget();
        return discardUnstored(owner);
    }

    @Override
    public Subscription watch(Owner owner, Consumer<LoginSnapshot> watcher) {
        return of(owner).watch(watcher);
    }

    @Override
    public void watchAll(BiConsumer<Owner, LoginSnapshot> watcher) {
        ofEverybody.add(watcher);
        owned.forEach((owner, login) -> login.watch(snapshot -> watcher.accept(owner, snapshot)));
    }

    @Override
    public void keepWarm(boolean wanted) {
        warm.keep(wanted);
    }

    @Override
    public int running() {
        return places.running();
    }

    @Override
    public CompletionStage<Void> close() {
        closed = true;
        warm.keep(false);
        Problem stopping = new Problem(Reason.CANCELLED, "The server is stopping. Start a new login in a moment.");
        owned.values().forEach(login -> login.session().ifPresent(session -> {
            session.fail(stopping);
            session.end();
        }));
        return places.gone();
    }

    private static <T> CompletionStage<T> refused(Reason reason, String message) {
        return CompletableFuture.failedFuture(new Refusal(reason, message));
    }

    private OwnedLogin of(Owner owner) {
        loop.requireCurrent();
        return owned.computeIfAbsent(owner, unseen -> {
            OwnedLogin login = new OwnedLogin(unseen, loop);
            ofEverybody.forEach(watcher -> login.watch(snapshot -> watcher.accept(unseen, snapshot)));
            return login;
        });
    }

    private void topUp() {
        warm.topUp();
    }

    /** Empty if no other program may be started. */
    private Optional<LoginSession> warmOrNew(SignInProgram program) {
        Optional<LoginSession> warmed = program.equals(programs.get(0)) ? warm.take() : Optional.empty();
        return warmed.or(() -> places.canTake() ? Optional.of(session(program)) : Optional.empty());
    }

    private LoginSession warmSession() {
        LoginSession session = session(programs.get(0));
        session.run();
        return session;
    }

    private LoginSession session(SignInProgram program) {
        return new LoginSession(program, places.take(), sink, loop, limits.codeWithin(), this::changed);
    }

    private void changed(LoginSession session) {
        if (!warm.contains(session)) {
            owned.values().stream()
                    .filter(login -> login.session().filter(session::equals).isPresent())
                    .findFirst()
                    .ifPresent(login -> login.changed(session));
        } else if (session.state().ended()) {
            warm.ended(session);
        }
    }
}
