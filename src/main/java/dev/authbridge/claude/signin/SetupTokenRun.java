package dev.authbridge.claude.signin;

import dev.authbridge.claude.CliMessages;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SignInProgram;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One run of {@code claude setup-token}: reads its screen whenever that has come to rest, and types at its prompt. Confined
 * to the event loop, except for {@link #answer} and {@link #end}.
 *
 * <pre>
 *  STARTING ──▶ PROMPTING ──answer──▶ TYPING ──echo, Enter──▶ ENTERED ──▶ token
 *                   ▲                                            │
 *                   └────── RETRYING ◀── Enter ── code refused ──┘
 * </pre>
 *
 * <p>If the CLI does not come back from RETRYING, another process takes over and begins at STARTING, once for each code that
 * was typed: so it cannot go on for ever.
 */
final class SetupTokenRun implements SignInProgram.Run, CliTerminal.Listener {
    private static final Logger LOG = System.getLogger(SetupTokenRun.class.getName());

    /** The CLI takes what comes within 100 ms of pasted text as more paste, and swallows Enter (measured). */
    private static final Duration AFTER_ECHO = Duration.ofMillis(150);

    private static final Duration BEFORE_RETRY = Duration.ofMillis(300);

    /** "Retrying…" comes within 10 ms of Enter (measured); if it has not come after this, Enter was lost. */
    private static final Duration RETRY_LOST_AFTER = Duration.ofSeconds(3);

    /** How often Enter is pressed; 2.1.20 ignores it however often (measured). */
    private static final int PRESSES = 2;

    private final CompletionStage<Void> ready;
    private final CliTerminal.Opener opener;
    private final SignInProgram.Events events;
    private final Loop loop;
    private final Executor worker;
    private final int columns;

    private CliTerminal terminal;
    /** When the terminals before this one are gone, with all that ran in them. */
    private CompletableFuture<Void> beforeClosed = CompletableFuture.completedFuture(null);

    private Phase phase = Phase.STARTING;
    private Optional<AuthorizationUrl> url = Optional.empty();
    private Optional<AuthorizationCode> typed = Optional.empty();
    private boolean mayStartAnew;
    private Loop.Timer deadline = () -> {};

    /**
     * @param ready completes once the CLI may be started
     * @param opener opens a terminal with the CLI in it
     */
    SetupTokenRun(
            CompletionStage<Void> ready,
            CliTerminal.Opener opener,
            SignInProgram.Events events,
            Loop loop,
            Executor worker,
            int columns) {
        this.ready = ready;
        this.opener = opener;
        this.events = events;
        this.loop = loop;
        this.worker = worker;
        this.columns = columns;
        open(ready, false);
    }

    private void open(CompletionStage<Void> mayOpen, boolean plain) {
        terminal = new CliTerminal(columns, loop, worker, this);
        terminal.open(mayOpen, opener, plain);
        enter(Phase.STARTING);
        if (!mayOpen.toCompletableFuture().isDone()) {
            // The CLI's time to start does not run while it is being installed.
            deadline.cancel();
            mayOpen.whenComplete((now, failure) -> loop.execute(this::beginToStart));
        }
    }

    private void beginToStart() {
        if (phase == Phase.STARTING) {
            enter(Phase.STARTING);
        }
    }

    /** Ends this process, and opens a terminal for another one once it is gone: at no time do both run. */
    private void openAnother(boolean plain) {
        beforeClosed = terminal.close();
        open(beforeClosed, plain);
    }

    /** Another process takes over, or the login fails if one did and no code has come since. */
    private void startAnew(String why, Problem otherwise) {
        if (!mayStartAnew) {
            fail(otherwise);
            return;
        }
        mayStartAnew = false;
        LOG.log(
                Level.WARNING,
                "the Claude CLI {0} and is started anew; its screen: {1}",
                why,
                terminal.shown().redacted());
        url = Optional.empty();
        openAnother(false);
        events.startedAnew();
    }

    @Override
    public void answer(AuthorizationCode code) {
        loop.execute(() -> {
            if (phase == Phase.PROMPTING) {
                typed = Optional.of(code);
                mayStartAnew = true;
                enter(Phase.TYPING);
                terminal.type(code);
            }
        });
    }

    @Override
    public CompletionStage<Void> end() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        loop.execute(() -> {
            stop();
            CompletableFuture.allOf(beforeClosed, terminal.close())
                    .whenComplete((closed, failure) -> gone.complete(null));
        });
        return gone;
    }

    @Override
    public void notOpened(Problem problem) {
        fail(problem);
    }

    @Override
    public void cameToRest() {
        read();
    }

    @Override
    public void inputLost() {
        if (phase == Phase.RETRYING) {
            startAnew("does not take Enter", CliMessages.takesNoInput());
        } else {
            fail(CliMessages.takesNoInput());
        }
    }

    @Override
    public void exited(int exitCode, boolean accessible) {
        read();
        if (phase == Phase.ENDED) {
            return;
        }
        if (phase == Phase.STARTING && accessible && screen().optionUnknown()) {
            LOG.log(
                    Level.INFO,
                    "the Claude CLI does not know {0}; going on without it",
                    ClaudeSetupToken.ACCESSIBLE_RENDERING);
            openAnother(true);
            return;
        }
        Problem ended = CliMessages.endedUnexpectedly(exitCode, screen().lastWords());
        if (phase == Phase.RETRYING) {
            startAnew("ended with exit code " + exitCode + " instead of going back to its prompt", ended);
            return;
        }
        LOG.log(
                Level.WARNING,
                "the Claude CLI ended with exit code {0} while {1}; its screen: {2}",
                exitCode,
                phase,
                terminal.shown().redacted());
        fail(ended);
    }

    private SetupTokenScreen screen() {
        return new SetupTokenScreen(terminal.shown());
    }

    /** Acts on what the screen means. */
    private void read() {
        if (phase == Phase.ENDED) {
            return;
        }
        SetupTokenScreen seen = screen();
        Optional<Secret> token = seen.token();
        if (token.isPresent()) {
            stop();
            events.credentialWon(CredentialKind.SIGN_IN_TOKEN, token.get());
        } else if (phase == Phase.TYPING) {
            if (seen.echoes(typed.orElseThrow())) {
                enter(Phase.ENTERED);
                loop.after(AFTER_ECHO, this::pressEnter);
            }
        } else if (phase == Phase.ENTERED) {
            readAnswer(seen);
        } else {
            readPrompt(seen);
        }
    }

    private void readAnswer(SetupTokenScreen seen) {
        Optional<Problem> refused = seen.stoppedAtRetry();
        if (refused.isPresent() && refused.get().reason() == Reason.NOT_ALLOWED) {
            fail(refused.get());
        } else if (refused.isPresent()) {
            refused(refused.get());
            pressEnterToRetry();
        } else if (seen.incompleteInline()) {
            refused(SetupTokenScreen.incomplete());
            enter(Phase.RETRYING);
            readPrompt(seen);
        }
    }

    private void readPrompt(SetupTokenScreen seen) {
        Optional<AuthorizationUrl> shown = seen.url().filter(found -> seen.fieldEmpty());
        if (shown.isPresent()) {
            if (phase != Phase.PROMPTING || !shown.equals(url)) {
                url = shown;
                enter(Phase.PROMPTING);
                events.urlShown(shown.get());
            }
        } else if (phase == Phase.PROMPTING && seen.stoppedAtRetry().isPresent()) {
            pressEnterToRetry();
        } else if (phase == Phase.STARTING && seen.stoppedAtRetry().isPresent()) {
            fail(seen.stoppedAtRetry().get());
        } else if (phase == Phase.STARTING && seen.crashed()) {
            LOG.log(
                    Level.WARNING,
                    "the Claude CLI has crashed; its screen: {0}",
                    terminal.shown().redacted());
            fail(CliMessages.crashed());
        }
    }

    private void refused(Problem problem) {
        typed = Optional.empty();
        LOG.log(
                Level.INFO,
                "the Claude CLI did not take the code: {0}; its screen: {1}",
                problem.reason().wireName(),
                terminal.shown().redacted());
        events.codeRefused(problem);
    }

    private void pressEnterToRetry() {
        enter(Phase.RETRYING);
        CliTerminal stopped = terminal;
        loop.after(BEFORE_RETRY, () -> pressEnterWhileStopped(stopped, PRESSES));
    }

    /**
     * Presses Enter only while the screen stands at "Press Enter to retry", and again if that had no effect: 2.1.330 draws
     * those words before it listens, and on a busy machine loses a key that is pressed in between (seen once in 60 logins
     * under full load).
     */
    private void pressEnterWhileStopped(CliTerminal stopped, int presses) {
        Optional<Problem> still =
                stopped == terminal && phase == Phase.RETRYING ? screen().stoppedAtRetry() : Optional.empty();
        if (still.isPresent() && presses == 0) {
            startAnew("ignores Enter at its error", still.get());
        } else if (still.isPresent()) {
            pressEnter();
            loop.after(RETRY_LOST_AFTER, () -> pressEnterWhileStopped(stopped, presses - 1));
        }
    }

    private void enter(Phase next) {
        phase = next;
        deadline.cancel();
        next.within.ifPresent(within -> deadline = loop.after(within, this::overdue));
    }

    private void overdue() {
        if (phase == Phase.RETRYING) {
            startAnew("does not come back to its prompt", phase.overdue());
            return;
        }
        LOG.log(
                Level.WARNING,
                "the Claude CLI shows nothing that is known while {0}; its screen: {1}",
                phase,
                terminal.shown().redacted());
        fail(screen().stoppedAtRetry().orElseGet(phase::overdue));
    }

    /** After the end nothing is typed any more. */
    private void pressEnter() {
        if (phase != Phase.ENDED) {
            terminal.pressEnter();
        }
    }

    private void fail(Problem problem) {
        if (phase != Phase.ENDED) {
            stop();
            events.failed(problem);
        }
    }

    private void stop() {
        enter(Phase.ENDED);
        typed = Optional.empty();
    }

    /** What the run is doing, and how long that may take. */
    private enum Phase {
        /** On its way to the prompt: 0.4 to 5 s (measured), more on a machine that is busy. */
        STARTING(45),
        /** The prompt takes a code. How long it waits for one is the login's business. */
        PROMPTING,
        /** The code was typed, and its echo is not there yet. */
        TYPING(15),
        /** The code is with the service. From 2.1.150 on the CLI gives up after 30 s; 2.0.77 never does (measured, 200 s). */
        ENTERED(45),
        /** Back to the prompt after a refusal: 1 to 4 s (measured). */
        RETRYING(20),
        /** Nothing follows. */
        ENDED;

        private final Optional<Duration> within;

        Phase() {
            within = Optional.empty();
        }

        Phase(int seconds) {
            within = Optional.of(Duration.ofSeconds(seconds));
        }

        /** Why the login fails if this phase takes longer than it may. */
        private Problem overdue() {
            return this == ENTERED
                    ? new Problem(
                            Reason.NETWORK,
                            "Claude's sign-in service does not answer. Check the server's network and start a new login.")
                    : new Problem(
                            Reason.UNKNOWN_SCREEN,
                            "The Claude CLI shows something that this server does not know. Try again; if it happens again,"
                                    + " the server's log says more.");
        }
    }
}
