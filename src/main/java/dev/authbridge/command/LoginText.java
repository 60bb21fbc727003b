package dev.authbridge.command;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.LoginState;
import java.util.Optional;

/** The texts of a login at a terminal. Each state is printed once, however often it is reported. */
final class LoginText {
    private final Surroundings here;
    private final Owner owner;
    private final boolean qr;
    private Optional<LoginState> shown = Optional.empty();
    private Optional<Problem> told = Optional.empty();

    /** @param qr whether the link is shown as a QR code, too */
    LoginText(Surroundings here, Owner owner, boolean qr) {
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
            ask(awaiting.url());
        } else if (state instanceof LoginState.Verifying) {
            told = Optional.empty();
            here.out().println("Checking the code …");
        } else if (state instanceof LoginState.Complete complete) {
            here.out().println(signedIn(complete.credential()));
        } else if (state instanceof LoginState.Failed failed) {
            here.err().println(failed.problem().message());
        }
    }

    /** The problem with a rejected code is reported before the next prompt and again with it, but printed once. */
    private void tell(Optional<Problem> problem) {
        problem.filter(one -> !told.equals(problem)).ifPresent(one -> here.out().println(one.message()));
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

    void inputEnded() {
        here.err().println("The input ended before a good code came.");
    }

    private void prompt() {
        here.out().print("Code: ");
        here.out().flush();
    }

    private String signedIn(CredentialSummary credential) {
        return owner + " is signed in, fingerprint " + credential.fingerprint()
                + credential
                        .expiresAt()
                        .map(end -> ", until about " + end.toString().substring(0, "2000-01-01".length()))
                        .orElse("")
                + ".";
    }
}
