package dev.authbridge.gateway;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialFields;
import dev.authbridge.credential.SeenCredentials;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.protocol.ServerMessage;
import java.time.Instant;
import java.util.Optional;

/** Turns the state of a login into messages, the same message for the same state. */
public final class LoginMessages {
    private static final String INSTRUCTIONS =
            "Open the link, sign in to Claude, copy the code that the page shows, and paste it here.";

    private LoginMessages() {}

    /**
     * Whose login a message is about.
     *
     * @param severalOwners whether others may sign in on this server too
     */
    record Whose(Owner owner, boolean severalOwners) {
        /** Only said where it is so. */
        Optional<Boolean> several() {
            return Optional.of(true).filter(said -> severalOwners);
        }
    }

    /**
     * What is told beside the login itself.
     *
     * @param now the server's time
     * @param whose whose login it is
     * @param aboutOwner false for a client that may know of one login only, and nothing of the owner's credential
     * @param credentials the owner's credential, and the others on this machine
     * @param link a sign-in link, relative to this server
     * @param pairedWith the other device that carries the login on
     */
    public record Beside(
            Instant now,
            Whose whose,
            boolean aboutOwner,
            SeenCredentials credentials,
            Optional<Secret> link,
            Optional<Peer> pairedWith) {
        /** The same, told at another time. */
        Beside at(Instant time) {
            return new Beside(time, whose, aboutOwner, credentials, link, pairedWith);
        }

        /** For a client that may know of one login only. */
        static Beside nothing(Instant now, Whose whose) {
            return new Beside(now, whose, false, SeenCredentials.NONE, Optional.empty(), Optional.empty());
        }

        /** Whether there is a credential; for a client that may know of one login only, whether that succeeded. */
        boolean signedIn(LoginSnapshot snapshot) {
            return aboutOwner
                    ? credentials.kept().isPresent()
                    : snapshot.state()
                            .filter(LoginState.Complete.class::isInstance)
                            .isPresent();
        }
    }

    /**
     * A whole answer to {@code claude.auth.status}, and what it was made of.
     *
     * @param event the login's last event, which is sent after the status
     */
    public record Told(
            LoginSnapshot snapshot, Beside beside, ServerMessage.Status status, Optional<ServerMessage> event) {}

    /** The answer to {@code claude.auth.status}: the whole state. */
    static Told answer(LoginSnapshot snapshot, Beside beside) {
        boolean complete =
                snapshot.state().filter(LoginState.Complete.class::isInstance).isPresent();
        Optional<ServerMessage> event = complete ? Optional.empty() : event(snapshot, beside.whose(), beside.now());
        return new Told(snapshot, beside, status(snapshot, beside), event);
    }

    /** The state as it is. */
    static ServerMessage.Status status(LoginSnapshot snapshot, Beside beside) {
        String atRest = beside.signedIn(snapshot) ? "signed_in" : "signed_out";
        boolean open = snapshot.open();
        return new ServerMessage.Status(
                snapshot.state().filter(state -> open).map(LoginState::name).orElse(atRest),
                snapshot.seq(),
                beside.link(),
                snapshot.loginId().filter(id -> open),
                snapshot.expiresAt().filter(end -> open),
                snapshot.expiresAt().filter(end -> open).map(end -> beside.now()),
                CredentialFields.kept(beside.credentials()),
                Optional.of(beside.credentials())
                        .filter(seen -> !seen.ambient().isEmpty())
                        .map(CredentialFields::others),
                snapshot.startedBy().filter(who -> open).map(LoginMessages::device),
                beside.pairedWith().filter(who -> open).map(LoginMessages::device),
                beside.whose().owner().name(),
                beside.whose().several());
    }

    /** A problem of a login. */
    static ServerMessage.Failure failure(Problem problem, LoginSnapshot snapshot) {
        return failure(problem, snapshot, Optional.empty());
    }

    /**
     * A problem of one client's message.
     *
     * @param promptId of the chat prompt that it answers
     */
    static ServerMessage.Failure failure(Problem problem, LoginSnapshot snapshot, Optional<String> promptId) {
        return new ServerMessage.Failure(
                problem.message(),
                problem.reason().wireName(),
                problem.reason().retryable(),
                snapshot.state().filter(state -> snapshot.open()).map(LoginState::name),
                snapshot.loginId(),
                snapshot.seq(),
                promptId);
    }

    /** A problem of a client that is not known. */
    static ServerMessage.Failure failure(Problem problem) {
        return failure(problem, Optional.empty());
    }

    /** The same, as the answer to the chat prompt of this id. */
    static ServerMessage.Failure failure(Problem problem, Optional<String> promptId) {
        return new ServerMessage.Failure(
                problem.message(),
                problem.reason().wireName(),
                problem.reason().retryable(),
                Optional.empty(),
                Optional.empty(),
                0,
                promptId);
    }

    /** The event by which a change to this state is told; empty if a status tells it. */
    static Optional<ServerMessage> change(LoginSnapshot snapshot, Whose whose, Instant now) {
        // Why the code was not taken has been told already when another process takes over.
        boolean anew = snapshot.state()
                .filter(state -> state instanceof LoginState.Starting starting && starting.anew())
                .isPresent();
        return anew ? Optional.empty() : event(snapshot, whose, now);
    }

    /** The event that tells this state: a URL, the end, a refused code; empty if a status tells it. */
    private static Optional<ServerMessage> event(LoginSnapshot snapshot, Whose whose, Instant now) {
        LoginState state = snapshot.state().orElse(null);
        String loginId = snapshot.loginId().orElse("");
        if (state instanceof LoginState.Starting starting) {
            return starting.problem().map(problem -> failure(problem, snapshot));
        }
        if (state instanceof LoginState.AwaitingCode awaiting) {
            return Optional.of(new ServerMessage.Url(
                    new Secret(awaiting.url().value()),
                    INSTRUCTIONS,
                    loginId,
                    snapshot.seq(),
                    snapshot.expiresAt(),
                    snapshot.expiresAt().map(end -> now),
                    awaiting.problem()
                            .map(problem -> new ServerMessage.CodeProblem(
                                    problem.reason().wireName(), problem.message())),
                    Optional.of(true).filter(said -> awaiting.anew()),
                    snapshot.startedBy().map(LoginMessages::device),
                    whose.owner().name(),
                    whose.several()));
        }
        if (state instanceof LoginState.Complete complete) {
            return Optional.of(
                    new ServerMessage.Complete(loginId, snapshot.seq(), CredentialFields.of(complete.credential())));
        }
        if (state instanceof LoginState.Failed failed) {
            return Optional.of(failure(failed.problem(), snapshot));
        }
        return Optional.empty();
    }

    private static ServerMessage.Device device(Peer who) {
        return new ServerMessage.Device(who.address(), who.device());
    }
}
