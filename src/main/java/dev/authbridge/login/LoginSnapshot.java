package dev.authbridge.login;

import dev.authbridge.core.Peer;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of an owner's login: all that a client needs when it connects or reconnects.
 *
 * @param seq grows by one with each change of this owner's login, so that an older snapshot is known as such
 * @param loginId the login that the state belongs to
 * @param state empty as long as there was no login
 * @param startedBy who started the login
 * @param expiresAt when the login ends unless a code has come; empty where it does not wait for one
 */
public record LoginSnapshot(
        long seq,
        Optional<String> loginId,
        Optional<LoginState> state,
        Optional<Peer> startedBy,
        Optional<Instant> expiresAt) {

    /** Nothing is known of any login. */
    public static LoginSnapshot none(long seq) {
        return new LoginSnapshot(seq, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Whether a login is under way. */
    public boolean open() {
        return state.filter(current -> !current.ended()).isPresent();
    }
}
