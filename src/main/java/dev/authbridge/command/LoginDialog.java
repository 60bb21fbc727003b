package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.login.Logins;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The dialog of one login with a person at a terminal. Events of the login and lines that are typed come through one queue,
 * so that the end of the login is noticed even while somebody types.
 */
final class LoginDialog {
    private static final long END_WITHIN_SECONDS = 10;

    private final Surroundings here;
    private final Logins logins;
    private final Loop loop;
    private final Owner owner;
    private final Credentials credentials;
    private final boolean otherOrganization;
    private final Text text;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private sealed interface Event {
        record Changed(LoginSnapshot snapshot) implements Event {}

        record Typed(String line) implements Event {}

        record Refused(Problem problem) implements Event {}

        record InputEnded() implements Event {}

        /** The input has ended, and every line of it was submitted. */
        record NothingFollows(boolean codeIsChecked) implements Event {}
    }

    /**
     * @param loop that {@code logins} is called on
     * @param otherOrganization whether a token of another organization may take the place of the credential, unasked
     */
    LoginDialog(
            Surroundings here,
            Logins logins,
            Credentials credentials,
            Loop loop,
            Owner owner,
            boolean qr,
            boolean otherOrganization) {
        this.here = here;
        this.logins = logins;
        this.credentials = credentials;
        this.otherOrganization = otherOrganization;
        this.loop = loop;
        this.owner = owner;
        this.text = new Text(here, owner, qr);
    }

    /** @return whether it ended with a credential */
    boolean hold(Peer startedBy) throws InterruptedException, CommandFailure, Refusal {
        loop.execute(() -> {
            logins.watch(owner, snapshot -> events.add(new Event.Changed(snapshot)));
            refusing(logins.start(owner, startedBy));
        });
        Thread typing = new Thread(this::readLines, "typing");
        typing.setDaemon(true);
        typing.start();
        text.starting();
        boolean inputEnded = false;
        boolean asksForOrganization = false;
        while (true) {
            Event event = events.take();
            boolean asksForMore = false;
            if (event instanceof Event.Changed changed
                    && changed.snapshot().state().isPresent()) {
                LoginState state = changed.snapshot().state().get();
                text.show(state);
                if (isOfOtherOrganization(state)) {
                    if (otherOrganization) {
                        return answerForOrganization(true);
                    }
                    asksForOrganization = true;
                    text.askForOrganization();
                } else if (state.ended()) {
                    return state instanceof LoginState.Complete;
                }
                asksForMore = !(state instanceof LoginState.Verifying);
            } else if (event instanceof Event.Typed typed && asksForOrganization) {
                return answerForOrganization(OrganizationQuestion.isYes(typed.line()));
            } else if (event instanceof Event.Typed typed) {
                submit(typed.line());
            } else if (event instanceof Event.Refused refused) {
                text.refused(refused.problem());
            } else if (event instanceof Event.InputEnded) {
                loop.execute(() ->
                        logins.snapshot(owner).thenAccept(now -> events.add(new Event.NothingFollows(isChecked(now)))));
            } else if (event instanceof Event.NothingFollows nothing) {
                inputEnded = true;
                asksForMore = !nothing.codeIsChecked();
            }
            if (inputEnded && asksForOrganization) {
                here.err().println(OrganizationQuestion.UNANSWERED);
                return false;
            }
            if (inputEnded && asksForMore) {
                text.inputEnded();
                return false;
            }
        }
    }

    private static boolean isOfOtherOrganization(LoginState state) {
        return state instanceof LoginState.Failed failed && failed.problem().reason() == Reason.OTHER_ORGANIZATION;
    }

    /** @return whether the new credential is in use now */
    private boolean answerForOrganization(boolean accepted) throws CommandFailure, Refusal {
        CredentialSummary asked = OrganizationQuestion.answer(here, credentials, owner, accepted);
        here.out().println(accepted ? signedIn(owner, asked) : OrganizationQuestion.REFUSED);
        return accepted;
    }

    /** Whether a submitted code is being checked. If so, the result is waited for although the input has ended. */
    private static boolean isChecked(LoginSnapshot now) {
        return now.state().filter(LoginState.Verifying.class::isInstance).isPresent();
    }

    private void submit(String line) {
        if (line.isBlank()) {
            return;
        }
        loop.execute(() -> refusing(logins.snapshot(owner).thenCompose(now -> logins.readCode(owner, new Secret(line))
                .thenCompose(code -> logins.submit(owner, now.loginId(), code)))));
    }

    private void refusing(CompletionStage<?> step) {
        step.whenComplete((done, failure) -> {
            if (failure != null) {
                events.add(new Event.Refused(Refusal.problemOf(failure)));
            }
        });
    }

    private void readLines() {
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(here.in(), UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                events.add(new Event.Typed(line));
            }
        } catch (IOException e) {
            // A closed terminal is reported like this; it counts as the end of the input.
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

    /** The texts of a login at a terminal. Each state is printed once, however often it is reported. */
    static final class Text {
        private final Surroundings here;
        private final Owner owner;
        private final boolean qr;
        private Optional<LoginState> shown = Optional.empty();
        private Optional<Problem> told = Optional.empty();

        /** @param qr whether the link is shown as a QR code, too */
        Text(Surroundings here, Owner owner, boolean qr) {
            this.here = here;
            this.owner = owner;
            this.qr = qr;
        }

        void starting() {
            here.out().println("Starting the Claude CLI …");
        }

        void show(LoginState state) {
            if (shown.equals(Optional.of(state))) {
                return;
            }
            shown = Optional.of(state);
            if (state instanceof LoginState.Starting starting) {
                tell(starting.problem());
            } else if (state instanceof LoginState.AwaitingCode awaiting) {
                tell(awaiting.problem());
                if (awaiting.anew()) {
                    here.out()
                            .println("That did not go on and was started again. The link is a new one; codes of the one"
                                    + " before no longer count.");
                }
                ask(awaiting.url());
            } else if (state instanceof LoginState.Verifying) {
                told = Optional.empty();
                here.out().println("Checking the code …");
            } else if (state instanceof LoginState.Complete complete) {
                here.out().println(signedIn(owner, complete.credential()));
            } else if (state instanceof LoginState.Failed failed) {
                here.err().println(failed.problem().message());
            }
        }

        /** The problem with a rejected code is reported before the next prompt and again with it, but printed once. */
        private void tell(Optional<Problem> problem) {
            problem.filter(one -> !told.equals(problem))
                    .ifPresent(one -> here.out().println(one.message()));
            told = problem;
        }

        private void ask(AuthorizationUrl url) {
            here.out().println();
            here.out().println("1. Open this link in any browser, and sign in:");
            here.out().println();
            here.out().println(url.value());
            here.out().println();
            if (qr) {
                here.out().println(QrCode.of(url.value()));
            }
            here.out().println("2. Paste the code that it shows. Give it to nobody else.");
            prompt();
        }

        /** Prints why the line that was typed was not accepted as a code. */
        void refused(Problem problem) {
            here.out().println(problem.message());
            prompt();
        }

        void askForOrganization() {
            here.out().print(OrganizationQuestion.PROMPT);
            here.out().flush();
        }

        void inputEnded() {
            here.err().println("The input ended before a good code came.");
        }

        private void prompt() {
            here.out().print("Code: ");
            here.out().flush();
        }
    }

    /** What is said at the end. */
    static String signedIn(Owner owner, CredentialSummary credential) {
        return owner + " is signed in, fingerprint " + credential.fingerprint()
                + credential
                        .expiresAt()
                        .map(end -> ", until about " + end.toString().substring(0, "2000-01-01".length()))
                        .orElse("")
                + ".";
    }
}
