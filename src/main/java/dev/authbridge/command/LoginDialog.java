package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.CredentialSummary;
import dev.authbridge.login.Initiator;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.login.Logins;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One login, held with a person at a terminal. What the login and the person say comes in one queue, so that a code which
 * is being typed never keeps the end of the login from being seen.
 */
final class LoginDialog {
    private static final long END_WITHIN_SECONDS = 10;

    private final Surroundings here;
    private final Logins logins;
    private final Executor loop;
    private final Owner owner;
    private final boolean qr;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private Optional<LoginState> shown = Optional.empty();

    private sealed interface Event {
        record Changed(LoginSnapshot snapshot) implements Event {}

        record Typed(String line) implements Event {}

        record Refused(Problem problem) implements Event {}

        record InputEnded() implements Event {}
    }

    /** @param loop the login loop, which {@code logins} is called on */
    LoginDialog(Surroundings here, Logins logins, Executor loop, Owner owner, boolean qr) {
        this.here = here;
        this.logins = logins;
        this.loop = loop;
        this.owner = owner;
        this.qr = qr;
    }

    /** @return whether it ended with a credential */
    boolean hold(Initiator startedBy) throws InterruptedException {
        loop.execute(() -> {
            logins.watch(owner, snapshot -> events.add(new Event.Changed(snapshot)));
            refusing(() -> logins.start(owner, startedBy));
        });
        Thread typing = new Thread(this::readLines, "typing");
        typing.setDaemon(true);
        typing.start();
        here.out().println("Starting the Claude CLI …");
        while (true) {
            Event event = events.take();
            if (event instanceof Event.Changed changed
                    && changed.snapshot().state().isPresent()) {
                LoginState state = changed.snapshot().state().get();
                show(state);
                if (state.ended()) {
                    return state instanceof LoginState.Complete;
                }
            } else if (event instanceof Event.Typed typed) {
                submit(typed.line());
            } else if (event instanceof Event.Refused refused) {
                here.out().println(refused.problem().message());
                prompt();
            } else if (event instanceof Event.InputEnded) {
                here.err().println("The input ended before a code came.");
                return false;
            }
        }
    }

    private void show(LoginState state) {
        if (shown.equals(Optional.of(state))) {
            return;
        }
        shown = Optional.of(state);
        if (state instanceof LoginState.AwaitingCode awaiting) {
            awaiting.problem().ifPresent(problem -> here.out().println(problem.message()));
            here.out().println();
            here.out().println("1. Open this link in any browser, and sign in:");
            here.out().println();
            here.out().println(awaiting.url().value());
            here.out().println();
            if (qr) {
                here.out().println(QrCode.of(awaiting.url().value()));
            }
            here.out().println("2. Paste the code that it shows. Give it to nobody else.");
            prompt();
        } else if (state instanceof LoginState.Verifying) {
            here.out().println("Checking the code …");
        } else if (state instanceof LoginState.Complete complete) {
            here.out().println(signedIn(complete.credential()));
        } else if (state instanceof LoginState.Failed failed) {
            here.err().println(failed.problem().message());
        }
    }

    private String signedIn(CredentialSummary credential) {
        return owner + " is signed in, fingerprint " + credential.fingerprint()
                + credential
                        .expiresAt()
                        .map(end -> ", until about " + end.toString().substring(0, "2000-01-01".length()))
                        .orElse("")
                + ".";
    }

    private void prompt() {
        here.out().print("Code: ");
        here.out().flush();
    }

    private void submit(String line) {
        if (line.isBlank()) {
            return;
        }
        loop.execute(() -> refusing(() -> logins.submit(owner, AuthorizationCode.read(line))));
    }

    private interface Step {
        void run() throws LoginException;
    }

    private void refusing(Step step) {
        try {
            step.run();
        } catch (LoginException e) {
            events.add(new Event.Refused(e.problem()));
        }
    }

    private void readLines() {
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(here.in(), UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                events.add(new Event.Typed(line));
            }
        } catch (IOException e) {
            // a terminal that is gone says so like this; the same as its end
        }
        events.add(new Event.InputEnded());
    }

    /** Ends the CLI and waits until it is gone. May be called again. */
    void end() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        loop.execute(() -> logins.close().whenComplete((nothing, failure) -> ended.complete(null)));
        try {
            ended.get(END_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            here.err().println("The Claude CLI did not end in time.");
        }
    }
}
