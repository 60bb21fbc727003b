package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.ClientMessage;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import dev.authbridge.web.Client;
import java.util.Optional;

/**
 * One client's conversation with its login, whatever {@link Wire} it came by: who the client is, as far as that is known,
 * and what it has been told. A message can come with another key than the one before, and then somebody else is there.
 *
 * <p>Messages are answered in the order in which they come. Everything that is meant for the bearer of a key goes through
 * {@link #send}, which asks once more whether the key still holds. Owns nothing: the login belongs to the owner, and goes
 * on when the client goes. Confined to the login loop.
 */
public final class Conversation {
    private final Wire wire;
    private final Client client;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final ChatAnswers chat;
    private final Runnable changed;

    private Optional<Grant> known = Optional.empty();
    private Subscription watch = () -> {};
    private boolean signedOut;
    private long toldSeq = -1;
    /** The whole state, if nothing else was said or asked since it was told. */
    private Optional<LoginMessages.Told> told = Optional.empty();

    /** @param changed told when it may matter who is there, and where their login stands */
    public Conversation(
            Wire wire, Client client, Doorkeeper doorkeeper, LoginDesk desk, Chats chats, Runnable changed) {
        this.wire = wire;
        this.client = client;
        this.doorkeeper = doorkeeper;
        this.desk = desk;
        this.chat = new ChatAnswers(chats, new OfWhoIsKnown());
        this.changed = changed;
    }

    /** From now on it is whoever has this grant, who is told each change of their login. */
    public void know(Grant grant) {
        if (known.equals(Optional.of(grant))) {
            return;
        }
        leave();
        known = Optional.of(grant);
        toldSeq = -1;
        watch = grant.watch(snapshot -> tell(grant, snapshot));
    }

    public boolean isKnown() {
        return known.isPresent();
    }

    /** Nobody is there any more, or nobody who may hear anything. */
    public void leave() {
        watch.close();
        chat.leave();
        known = Optional.empty();
        told = Optional.empty();
    }

    /**
     * Answers one whole message. What was said before a client went away is void: nobody would ever end the watch or the
     * chat answer that it begins.
     */
    public void hear(String text) {
        if (!wire.isOpen()) {
            return;
        }
        ClientMessage message;
        try {
            message = MessageCodec.read(text);
        } catch (BadMessage e) {
            Problem problem = Refused.badMessage(e).problem();
            e.promptId().ifPresentOrElse(id -> wire.send(ChatAnswers.failure(id, problem)), () -> complain(problem));
            return;
        }
        try {
            carryOut(message, authenticate(message));
        } catch (Refusal | RuntimeException e) {
            refuse(message, Refused.problemOf(e));
        }
    }

    /** Tells this client, and nobody else, of a problem. */
    public void complain(Problem problem) {
        complain(problem, Optional.empty());
    }

    /** The last message before the wire is closed. */
    public void end(Problem why) {
        watch.close();
        wire.send(LoginMessages.failure(why));
    }

    /** Whoever has a grant that is good no more is told so, and nothing after that. */
    public void recheck() {
        known.filter(grant -> !grant.holds()).ifPresent(grant -> {
            leave();
            wire.send(LoginMessages.failure(grant.over()));
        });
    }

    /** Sends the state again, with a link that is good for its whole time. */
    public void refresh() {
        known.ifPresent(this::tellStatus);
    }

    /** The same for the owner's pages only. */
    public void refresh(Owner owner) {
        known.filter(grant -> grant.owner().equals(owner)).ifPresent(this::tellStatus);
    }

    /** Whether somebody is there who may start a login next. */
    public boolean mayStartSoon() {
        return signedOut
                && known.filter(grant ->
                                grant.key().isPresent() && !grant.snapshot().open())
                        .isPresent();
    }

    /** @throws Refusal {@code unauthorized} for who shows no key and is not known, or may not do anything */
    private Grant authenticate(ClientMessage message) throws Refusal {
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

    /**
     * Answers with the whole state, or that it is the one that the client knows. That is compared with what this client was
     * told, since {@code seq} counts changes of the login only, not of the credential and the like.
     */
    private void answer(ClientMessage.AskStatus ask, Grant grant) {
        boolean unchanged = told.filter(
                        last -> ask.seq().equals(Optional.of(last.snapshot().seq())) && grant.isCurrent(last))
                .isPresent();
        if (unchanged) {
            send(grant, new ServerMessage.Unchanged(ask.seq().get()));
        } else {
            tellStatus(grant);
        }
    }

    /**
     * Carries out what the client asks for, as far as its grant lets it. What that changes is told as a change; where it
     * changes nothing, the answer is the state as it stands.
     *
     * @throws Refusal why it was not done; told to this client alone
     */
    private void carryOut(ClientMessage message, Grant grant) throws Refusal {
        if (message instanceof ClientMessage.AskStatus ask) {
            answer(ask, grant);
            return;
        }
        told = Optional.empty();
        if (message instanceof ClientMessage.Start) {
            AccessKey key = keyOf(grant);
            boolean joins = grant.snapshot().open();
            desk.start(key, client);
            if (joins) {
                tellStatus(grant);
            }
        } else if (message instanceof ClientMessage.Code code) {
            grant.submit(code.code());
        } else if (message instanceof ClientMessage.Cancel) {
            AccessKey key = keyOf(grant);
            boolean nothingToCancel = !grant.snapshot().open();
            desk.cancel(key);
            if (nothingToCancel) {
                tellStatus(grant);
            }
        } else if (message instanceof ClientMessage.ChatPrompt prompt) {
            chat.ask(keyOf(grant), prompt);
        } else if (message instanceof ClientMessage.ChatStop stop) {
            chat.stop(keyOf(grant), stop.id());
        }
    }

    /** For what only a key may do. */
    private static AccessKey keyOf(Grant grant) throws Refusal {
        return grant.key()
                .orElseThrow(() -> Refused.unauthorized("This device may only hand in the code of one login."));
    }

    /** Every error of a prompt carries its id; one that concerns the whole page, {@code unauthorized}, stays the login's. */
    private void refuse(ClientMessage message, Problem problem) {
        Optional<String> promptId = message.promptId();
        if (promptId.isPresent() && problem.reason() != Reason.UNAUTHORIZED) {
            wire.send(ChatAnswers.failure(promptId.get(), problem));
        } else {
            complain(problem, promptId);
        }
    }

    private void complain(Problem problem, Optional<String> promptId) {
        told = Optional.empty();
        wire.send(failure(problem, promptId));
    }

    private ServerMessage failure(Problem problem, Optional<String> promptId) {
        return known.filter(Grant::holds)
                .map(grant -> LoginMessages.failure(problem, grant.snapshot(), promptId))
                .orElseGet(() -> LoginMessages.failure(problem, promptId));
    }

    private void tellStatus(Grant grant) {
        if (!mayHear(grant)) {
            return;
        }
        LoginMessages.Told status = grant.status();
        toldSeq = status.snapshot().seq();
        told = Optional.of(status);
        status.messages().forEach(message -> send(grant, message));
    }

    /** A change that is older than what was told meanwhile is not told. */
    private void tell(Grant grant, LoginSnapshot snapshot) {
        changed.run();
        if (snapshot.seq() >= toldSeq) {
            toldSeq = snapshot.seq();
            told = Optional.empty();
            send(grant, grant.change(snapshot));
        }
    }

    /** The one place that sends what only the bearer of a grant may hear. */
    private void send(Grant grant, ServerMessage message) {
        if (!mayHear(grant)) {
            return;
        }
        wire.send(message);
        if (message instanceof ServerMessage.Status status) {
            signedOut = status.credential().isEmpty();
            changed.run();
        } else if (message instanceof ServerMessage.Complete) {
            signedOut = false;
            changed.run();
        }
    }

    /** Whether whoever has this grant is still there and may still hear; if the grant is over, that is told first. */
    private boolean mayHear(Grant grant) {
        recheck();
        return known.equals(Optional.of(grant));
    }

    /** Carries the pieces of chat answers, to whoever is known when a piece is sent. */
    private final class OfWhoIsKnown implements Wire {
        @Override
        public boolean isOpen() {
            recheck();
            return known.isPresent() && wire.isOpen();
        }

        @Override
        public void send(ServerMessage message) {
            if (isOpen()) {
                wire.send(message);
            }
        }

        @Override
        public void send(ServerMessage message, Runnable taken) {
            if (isOpen()) {
                wire.send(message, taken);
            } else {
                taken.run();
            }
        }
    }
}
