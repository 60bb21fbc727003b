package dev.authbridge.login;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Places;
import dev.authbridge.core.Problem;
import dev.authbridge.core.RandomName;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One run of a sign-in program and the state of the login. It has no owner while it is only kept warm.
 *
 * <p>Confined to the event loop; the events of the program are brought there first.
 */
final class LoginSession {
    /** A program gives up on the service by itself, the CLI after 30 s (measured); this limit is for one that hangs. */
    private static final Duration VERIFYING_WITHIN = Duration.ofSeconds(90);

    /** Storing a credential may take 10 s for the service's answer and 10 s for the disk; after this time the login fails. */
    private static final Duration KEEPING_WITHIN = Duration.ofSeconds(30);

    private final String id = RandomName.of128Bits();
    private final SignInProgram program;
    private final Places.Place place;
    private final CredentialSink sink;
    private final Loop loop;
    private final Duration codeWithin;
    private final Consumer<LoginSession> changed;
    private final Instant startedAt;

    private Optional<SignInProgram.Run> run = Optional.empty();
    private LoginState state = new LoginState.Starting(Optional.empty());
    private Optional<Owner> owner = Optional.empty();
    private boolean mayKeep;
    private Optional<Peer> startedBy = Optional.empty();
    private Optional<Instant> expiresAt = Optional.empty();
    private Loop.Timer deadline = () -> {};
    private Optional<AuthorizationCode> submitted = Optional.empty();
    private boolean keeping;
    private CompletionStage<Void> kept = CompletableFuture.completedFuture(null);

    /**
     * @param place for the program; given back at the end
     * @param changed is called after each change of the state, on the event loop
     */
    LoginSession(
            SignInProgram program,
            Places.Place place,
            CredentialSink sink,
            Loop loop,
            Duration codeWithin,
            Consumer<LoginSession> changed) {
        this.program = program;
        this.place = place;
        this.sink = sink;
        this.loop = loop;
        this.codeWithin = codeWithin;
        this.changed = changed;
        this.startedAt = loop.now();
        waitForCode(codeWithin);
    }

    /** Starts the program, after the last one has gone if that takes up the place. */
    void run() {
        place.start(
                () -> run = Optional.of(program.start(new EventsOnLoop())),
                () -> fail(new Problem(
                        Reason.BUSY, "The server is still ending the logins before this one. Try again soon.")));
    }

    /**
     * Makes this the owner's login; its time for the code begins again. The program is started, and the change is reported,
     * once it is known that a credential of this owner could be kept.
     */
    void belongTo(Owner newOwner, Peer initiator) {
        owner = Optional.of(newOwner);
        startedBy = Optional.of(initiator);
        waitForCode(codeWithin);
        CompletableFuture<Void> ready = sink.ready(newOwner).toCompletableFuture();
        if (ready.isDone()) {
            goOn(ready);
        } else {
            ready.whenComplete((done, failure) -> loop.execute(() -> goOn(ready)));
        }
    }

    private void goOn(CompletableFuture<Void> ready) {
        if (state.ended()) {
            return;
        }
        try {
            ready.join();
        } catch (CompletionException e) {
            fail(problemOf(e));
            return;
        }
        mayKeep = true;
        if (run.isEmpty()) {
            run();
        }
        changed.accept(this);
    }

    String id() {
        return id;
    }

    /** The state as clients see it. The URL is held back until it is known that a credential could be kept, so that nobody signs in for nothing. */
    LoginState state() {
        boolean told = owner.isEmpty() || mayKeep || state.ended();
        return told ? state : new LoginState.Starting(Optional.empty());
    }

    /** Whether the credential that was won is on its way to the disk. */
    boolean isKeeping() {
        return keeping;
    }

    SignInProgram program() {
        return program;
    }

    Instant startedAt() {
        return startedAt;
    }

    LoginSnapshot snapshot(long seq) {
        return new LoginSnapshot(seq, Optional.of(id), Optional.of(state()), startedBy, expiresAt);
    }

    /**
     * Hands in a code. Handing in the same code again while it is being checked changes nothing.
     *
     * @throws Refusal if this login cannot take the code now; the login goes on as it was
     */
    void submit(AuthorizationCode code) throws Refusal {
        if (state() instanceof LoginState.AwaitingCode awaiting) {
            code.requireAnswerTo(awaiting.url());
            submitted = Optional.of(code);
            become(state.codeSubmitted());
            run.orElseThrow().answer(code);
        } else if (state instanceof LoginState.Failed) {
            throw new Refusal(Reason.TIMED_OUT, "That login has ended. Start a new one.");
        } else if (!state.ended() && !submitted.equals(Optional.of(code))) {
            throw new Refusal(Reason.BUSY, "One moment: the login is not ready for a code yet.");
        }
    }

    /** Ends the login without a credential; if the program has won one already, that is kept instead. */
    void fail(Problem problem) {
        if (!keeping) {
            become(state.failed(problem));
        }
    }

    /**
     * Ends the program and gives its place back once it is gone, and a credential that it has won is on disk or could not be
     * stored: a token is shown once and never again.
     */
    void end() {
        if (!keeping) {
            deadline.cancel();
        }
        place.giveBack(run.map(SignInProgram.Run::end)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenCombine(kept, (gone, settled) -> null));
    }

    private void become(LoginState next) {
        if (next.equals(state)) {
            return;
        }
        state = next;
        if (state instanceof LoginState.AwaitingCode) {
            submitted = Optional.empty();
            waitForCode(codeWithin);
        } else if (state instanceof LoginState.Verifying) {
            expiresAt = Optional.empty();
            failAfter(
                    VERIFYING_WITHIN, "The sign-in service did not say in time whether the code is right. Try again.");
        } else if (state.ended()) {
            expiresAt = Optional.empty();
            submitted = Optional.empty();
            end();
        }
        changed.accept(this);
    }

    private void waitForCode(Duration within) {
        expiresAt = Optional.of(loop.now().plus(within));
        deadline.cancel();
        deadline = loop.after(within, this::noCodeCame);
    }

    /** The time for the code does not run while the program is still being installed. */
    private void noCodeCame() {
        if (state instanceof LoginState.Starting && program.installing()) {
            waitForCode(codeWithin);
            changed.accept(this);
        } else {
            fail(new Problem(Reason.TIMED_OUT, "No code came in time. Start a new login."));
        }
    }

    private void failAfter(Duration within, String message) {
        deadline.cancel();
        deadline = loop.after(within, () -> fail(new Problem(Reason.TIMED_OUT, message)));
    }

    private void keep(String kind, Secret secret) {
        if (owner.isEmpty()) {
            // Nobody asked for this credential: a browser on this machine finished a login that was only kept warm.
            fail(new Problem(Reason.CANCELLED, "A login without an owner was finished and thrown away."));
            return;
        }
        LoginState next = state.credentialWon();
        if (next.ended()) {
            return;
        }
        keeping = true;
        become(next);
        CompletableFuture<Void> settled = new CompletableFuture<>();
        kept = settled;
        deadline.cancel();
        deadline = loop.after(KEEPING_WITHIN, () -> {
            Problem late =
                    new Problem(Reason.STORAGE_FAILED, "The credential could not be stored in time. Sign in again.");
            settle(settled, state.failed(late));
        });
        store(owner.get(), kind, secret)
                .whenComplete((credential, failure) -> loop.execute(() -> {
                    settle(
                            settled,
                            failure == null ? state.credentialKept(credential) : state.failed(problemOf(failure)));
                    if (causeOf(failure) instanceof CredentialSink.NotYetKept waits) {
                        waits.later().thenAccept(stored -> loop.execute(() -> become(state.credentialKept(stored))));
                    }
                }));
    }

    private void settle(CompletableFuture<Void> settled, LoginState next) {
        keeping = false;
        deadline.cancel();
        become(next);
        settled.complete(null);
    }

    private CompletionStage<CredentialSummary> store(Owner of, String kind, Secret secret) {
        try {
            return sink.keep(of, kind, secret);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Problem problemOf(Throwable failure) {
        Throwable cause = causeOf(failure);
        if (cause instanceof CredentialSink.NotYetKept waits) {
            return waits.problem();
        }
        return cause instanceof Refusal known
                ? known.problem()
                : new Problem(Reason.STORAGE_FAILED, "The credential could not be stored.");
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /** Passes the program's events on to the event loop; events after the end are ignored. */
    private final class EventsOnLoop implements SignInProgram.Events {
        @Override
        public void urlShown(AuthorizationUrl url) {
            loop.execute(() -> become(state.urlShown(url)));
        }

        @Override
        public void codeRefused(Problem problem) {
            loop.execute(() -> become(state.codeRefused(problem)));
        }

        @Override
        public void startedAnew() {
            loop.execute(() -> become(state.startedAnew()));
        }

        @Override
        public void credentialWon(String kind, Secret secret) {
            loop.execute(() -> keep(kind, secret));
        }

        @Override
        public void failed(Problem problem) {
            loop.execute(() -> fail(problem));
        }
    }
}
