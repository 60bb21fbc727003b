package dev.authbridge.web;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Refusal;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import dev.authbridge.protocol.ClientMessage;
import dev.authbridge.protocol.ServerMessage;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Who sits at one socket, as far as that is known, and what they were told of their login. A message can come with another
 * key than the one before, and then somebody else sits there. Confined to the login loop.
 */
final class Visitor {
    private final Client client;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final ChatAnswers chat;
    private final Outbox outbox;
    private final Steps steps;
    private final Runnable changed;

    private Optional<Grant> known = Optional.empty();
    private Logins.Watch watch = () -> {};
    private boolean signedOut;
    private long toldSeq = -1;

    /** @param changed told when it may matter who sits here, and where their login stands */
    Visitor(
            Client client,
            Doorkeeper doorkeeper,
            LoginDesk desk,
            ChatAnswers chat,
            Outbox outbox,
            Steps steps,
            Runnable changed) {
        this.client = client;
        this.doorkeeper = doorkeeper;
        this.desk = desk;
        this.chat = chat;
        this.outbox = outbox;
        this.steps = steps;
        this.changed = changed;
    }

    /** From now on it is whoever has this grant, who is told each change of their login. */
    void know(Grant grant) {
        if (known.equals(Optional.of(grant))) {
            return;
        }
        leave();
        known = Optional.of(grant);
        toldSeq = -1;
        watch = grant.watch(snapshot -> tell(grant, snapshot));
    }

    boolean isKnown() {
        return known.isPresent();
    }

    /** Nobody is there any more, or nobody who may hear anything. */
    void leave() {
        watch.close();
        chat.leave();
        known = Optional.empty();
    }

    /** Tells no more changes; what was asked is still answered. */
    void endWatch() {
        watch.close();
    }

    /** @throws Refusal {@code unauthorized} for who shows no key and is not known, or may not do anything */
    Grant authenticate(ClientMessage message) throws Refusal {
        Grant grant;
        if (message.key().isPresent()) {
            grant = new KeyGrant(doorkeeper.byKey(message.key().get().reveal(), client), doorkeeper, desk);
        } else {
            grant = known.orElseThrow(() -> Refused.unauthorized("Say who you are first: an access key is needed."));
        }
        grant.require();
        know(grant);
        return grant;
    }

    /** Who is good no more sees no more. */
    void recheck() {
        known.filter(grant -> !grant.holds()).ifPresent(grant -> {
            leave();
            outbox.send(LoginMessages.failure(grant.over()));
        });
    }

    /** Sends the state again, with a link that is good for its whole time. */
    void refresh() {
        known.filter(Grant::holds).ifPresent(grant -> steps.add(() -> status(grant)));
    }

    /** The same for the owner's pages only. */
    void refresh(Owner owner) {
        known.filter(grant -> grant.owner().equals(owner)).ifPresent(grant -> refresh());
    }

    /** The state as it stands. */
    Future<List<ServerMessage>> status(Grant grant) {
        return grant.status().onSuccess(messages -> toldSeq = grant.snapshot().seq());
    }

    /** What is told of a problem of theirs, to nobody else. */
    ServerMessage failure(Problem problem) {
        return known.map(grant -> LoginMessages.failure(problem, grant.snapshot()))
                .orElseGet(() -> LoginMessages.failure(problem));
    }

    void send(ServerMessage message) {
        if (message instanceof ServerMessage.Status status) {
            signedOut = status.credential().isEmpty();
            changed.run();
        } else if (message instanceof ServerMessage.Complete) {
            signedOut = false;
            changed.run();
        }
        outbox.send(message);
    }

    /** Whether somebody sits here who may start a login next. */
    boolean mayStartSoon() {
        return signedOut
                && known.filter(grant ->
                                grant.key().isPresent() && !grant.snapshot().open())
                        .isPresent();
    }

    /** A change that is older than what was told meanwhile is not told. */
    private void tell(Grant grant, LoginSnapshot snapshot) {
        changed.run();
        if (!grant.holds()) {
            recheck();
            return;
        }
        steps.add(() -> snapshot.seq() < toldSeq
                ? Future.succeededFuture(List.of())
                : grant.change(snapshot).map(message -> {
                    toldSeq = snapshot.seq();
                    return List.of(message);
                }));
    }
}
