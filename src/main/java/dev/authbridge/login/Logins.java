package dev.authbridge.login;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * All logins: at most one for each owner, and those that are kept warm for whoever starts one next.
 *
 * <p>Every method is called on the login loop, and watchers are told there. Nothing here blocks.
 */
public final class Logins {
    private final List<SignInProgram> programs;
    private final CredentialSink sink;
    private final Loop loop;
    private final Limits limits;

    private final Map<Owner, OwnedLogin> owned = new HashMap<>();
    private final WarmLogins warm;
    private final Set<CompletableFuture<Void>> ending = new LinkedHashSet<>();
    private boolean closed;

    /**
     * What the server may spend on logins.
     *
     * @param enabled whether there are logins at all
     * @param codeWithin how long a login waits for its code
     * @param most how many programs run at the same time, warm ones included; a CLI takes 145 MB (measured)
     * @param warm how many programs are kept at their URL for whoever starts a login next
     */
    public record Limits(boolean enabled, Duration codeWithin, int most, int warm) {}

    /**
     * @param programs what people can sign in with, each by its own name; the first is used where nobody chose, and is the
     *     one that is kept warm
     */
    public Logins(List<SignInProgram> programs, CredentialSink sink, Loop loop, Limits limits) {
        this.programs = List.copyOf(programs);
        this.sink = sink;
        this.loop = loop;
        this.limits = limits;
        this.warm = new WarmLogins(
                limits.enabled() ? limits.warm() : 0, loop, () -> !closed && mayRun(), this::warmSession, this::end);
    }

    /** Whether logins can be started at all. */
    public boolean enabled() {
        return limits.enabled();
    }

    /** Whether a sign-in program is still being installed; logins that are started meanwhile wait for it. */
    public boolean installing() {
        return programs.stream().anyMatch(SignInProgram::installing);
    }

    /** Where the owner's login stands. */
    public LoginSnapshot snapshot(Owner owner) {
        return of(owner).snapshot();
    }

    /**
     * Starts a login with the first program, or joins the one that the owner has open.
     *
     * @throws Refusal {@code disabled}, or {@code busy} if the limit of running programs is reached
     */
    public LoginSnapshot start(Owner owner, Initiator startedBy) throws Refusal {
        return start(owner, startedBy, programs.get(0).name());
    }

    /**
     * The same with a chosen program.
     *
     * @throws Refusal {@code bad_message}, too, if there is no program of that name
     */
    public LoginSnapshot start(Owner owner, Initiator startedBy, String programName) throws Refusal {
        SignInProgram program = programs.stream()
                .filter(known -> known.name().equals(programName))
                .findFirst()
                .orElseThrow(() -> new Refusal(Reason.BAD_MESSAGE, "This server knows no such way to sign in."));
        if (!limits.enabled()) {
            throw new Refusal(Reason.DISABLED, "Signing in is switched off on this server.");
        }
        if (closed) {
            throw new Refusal(Reason.BUSY, "The server is stopping. Try again in a moment.");
        }
        OwnedLogin login = of(owner);
        if (!login.snapshot().open()) {
            login.begin(warmOrNew(program), startedBy);
            warm.topUp();
        }
        return login.snapshot();
    }

    /**
     * Finds the authorization code in what somebody pasted for the owner's login, as its program understands it.
     *
     * @throws Refusal {@code code_incomplete} if it is not a whole code, saying what it is instead
     */
    public AuthorizationCode readCode(Owner owner, Secret pasted) throws Refusal {
        return of(owner)
                .session()
                .map(LoginSession::program)
                .orElse(programs.get(0))
                .readCode(pasted);
    }

    /**
     * Hands in the code for the owner's open login. The same code twice is submitted once.
     *
     * @throws Refusal {@code code_stale}, {@code busy}, or {@code timed_out} where no login waits for a code
     */
    public void submit(Owner owner, AuthorizationCode code) throws Refusal {
        of(owner)
                .session()
                .orElseThrow(() -> new Refusal(Reason.TIMED_OUT, "No login is open. Start a new one."))
                .submit(code);
    }

    /** Ends the owner's open login, if there is one. */
    public void cancel(Owner owner) {
        of(owner)
                .session()
                .ifPresent(session -> session.fail(new Problem(Reason.CANCELLED, "The login was cancelled.")));
    }

    /** Forgets how the owner's last login ended, after a sign-out; a login that is open goes on. */
    public void forget(Owner owner) {
        of(owner).forget();
    }

    /** Calls the watcher on each change of the owner's login from now on. */
    public Subscription watch(Owner owner, Consumer<LoginSnapshot> watcher) {
        return of(owner).watch(watcher);
    }

    /** Says whether anybody is connected who could start a login: only then are logins kept warm. */
    public void keepWarm(boolean wanted) {
        loop.requireCurrent();
        warm.keep(wanted);
    }

    /** How many programs run, the warm ones included. */
    public int running() {
        loop.requireCurrent();
        return warm.count()
                + (int) owned.values().stream()
                        .filter(login -> login.snapshot().open())
                        .count();
    }

    /** Ends all logins and accepts no new one; completes once all their processes are gone. */
    public CompletionStage<Void> close() {
        loop.requireCurrent();
        closed = true;
        warm.keep(false);
        Problem stopping = new Problem(Reason.CANCELLED, "The server is stopping. Start a new login in a moment.");
        owned.values().forEach(login -> login.session().ifPresent(session -> {
            session.fail(stopping);
            end(session);
        }));
        return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new));
    }

    private OwnedLogin of(Owner owner) {
        loop.requireCurrent();
        return owned.computeIfAbsent(owner, unseen -> new OwnedLogin(unseen, loop));
    }

    private boolean mayRun() {
        return running() < limits.most();
    }

    private LoginSession warmOrNew(SignInProgram program) throws Refusal {
        Optional<LoginSession> warmed = program.equals(programs.get(0)) ? warm.take() : Optional.empty();
        if (warmed.isPresent()) {
            return warmed.get();
        }
        if (!mayRun()) {
            throw new Refusal(Reason.BUSY, "Too many people are signing in right now. Try again soon.");
        }
        return session(program);
    }

    private LoginSession warmSession() {
        LoginSession session = session(programs.get(0));
        session.run();
        return session;
    }

    private LoginSession session(SignInProgram program) {
        return new LoginSession(program, sink, loop, limits.codeWithin(), this::changed);
    }

    private void changed(LoginSession session) {
        boolean ended = session.state().ended();
        if (ended) {
            end(session);
        }
        if (!warm.contains(session)) {
            owned.values().stream()
                    .filter(login -> login.session().filter(session::equals).isPresent())
                    .findFirst()
                    .ifPresent(login -> login.changed(session));
        } else if (ended) {
            warm.ended(session);
        }
    }

    private void end(LoginSession session) {
        CompletableFuture<Void> end = session.end().toCompletableFuture();
        ending.add(end);
        end.whenComplete((done, failure) -> loop.execute(() -> ending.remove(end)));
    }
}
