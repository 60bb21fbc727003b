package dev.authbridge.login;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * All logins, at most one for each owner, wherever they run.
 *
 * <p>Every method is called on the event loop, and watchers are told there. Nothing here blocks. An owner's login may run on
 * another machine: then an answer comes later, and its stage may complete on any thread. Stages fail with a {@link Refusal}
 * that is to be reported to the client that asked.
 */
public interface Logins {
    /**
     * What the server may spend on logins.
     *
     * @param enabled whether there are logins at all
     * @param codeWithin how long a login waits for its code
     * @param most how many programs run at the same time, including the warm ones and those that are ending; a CLI takes
     *     145 MB (measured)
     * @param warm how many programs are kept ready with their URL for the next logins
     */
    record Limits(boolean enabled, Duration codeWithin, int most, int warm) {}

    /** Whether logins can be started at all. */
    boolean enabled();

    /** Whether a sign-in program is still being installed; logins that are started meanwhile wait for it. */
    boolean installing();

    /** Where the owner's login stands. */
    CompletionStage<LoginSnapshot> snapshot(Owner owner);

    /**
     * Starts a login with the first program, or joins the one that the owner has open. Fails with {@code disabled}, or with
     * {@code busy} if as many logins are open as programs may run. If it is only programs of earlier logins that are still
     * ending, the login waits for the first of them to be gone.
     */
    CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy);

    /** The same with a chosen program; fails with {@code bad_message}, too, if there is no program of that name. */
    CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy, String programName);

    /**
     * Finds the authorization code in what somebody pasted for the owner's login, as its program understands it. Fails with
     * {@code code_incomplete} if it is not a whole code, saying what it is instead.
     */
    CompletionStage<AuthorizationCode> readCode(Owner owner, Secret pasted);

    /**
     * Hands in the code for the owner's open login. The same code twice is submitted once. Fails with {@code code_stale},
     * {@code busy}, or with {@code timed_out} where no login waits for a code.
     *
     * @param loginId the login that was open when the code came; another one that was started since does not get it
     */
    CompletionStage<Void> submit(Owner owner, Optional<String> loginId, AuthorizationCode code);

    /** Ends the owner's open login, and says whether there was one. */
    CompletionStage<Boolean> cancel(Owner owner);

    /**
     * Throws away what logins of the owner have won that could not be stored yet, before a sign-out; what an open login has
     * won is stored.
     */
    CompletionStage<Void> discardUnstored(Owner owner);

    /** Forgets how the owner's last login ended, after a sign-out; a login that is open goes on. */
    CompletionStage<Void> forget(Owner owner);

    /** Calls the watcher on each change of the owner's login from now on. */
    Subscription watch(Owner owner, Consumer<LoginSnapshot> watcher);

    /** Calls the watcher on each change of any login of this machine from now on. */
    void watchAll(BiConsumer<Owner, LoginSnapshot> watcher);

    /** Reports whether anybody is connected who could start a login: only then are logins kept warm. */
    void keepWarm(boolean wanted);

    /** How many programs run on this machine, including the warm ones and those that are ending. */
    int running();

    /** Ends all logins of this machine and accepts no new one; completes once all their processes are gone. */
    CompletionStage<Void> close();
}
