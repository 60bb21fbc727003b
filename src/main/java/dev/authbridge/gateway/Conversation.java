package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.ClientMessage;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One client's conversation with its login, whatever {@link Wire} it came by: who the client is, as far as that is known,
 * and what it has been told. A message can come with another key than the one before, and then somebody else is there.
 *
 * <p>Messages are answered one after the other, in the order in which they come; while an answer has to be waited for, the
 * wire is paused. Everything that is meant for the bearer of a key goes through {@link #send}, which asks once more whether
 * the key still holds. Owns nothing: the login belongs to the owner, and goes on when the client goes. Confined to the
 * event loop.
 */
public final class Conversation {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final Wire wire;
    private final Peer peer;
    private final Loop loop;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final ChatAnswers chat;
    private final Runnable changed;

    private final Queue<String> unanswered = new ArrayDeque<>();
    private boolean answering;
    private Optional<Grant> known = Optional.empty();
    private Subscription watch = () -> {};
    private boolean signedOut;
    private long toldSeq = -1;

    /** Where the login stood when it was last told or changed, as far as this client may see it. */
    private Optional<LoginSnapshot> latest = Optional.empty();

    /** The whole state, if nothing else was said or asked since it was told. */
    private Optional<LoginMessages.Told> told = Optional.empty();

    /** @param changed told when it may matter who is there, and where their login stands */
    Conversation(
            Wire wire, Peer peer, Loop loop, Doorkeeper doorkeeper, LoginDesk desk, Chats chats, Runnable changed) {
        this.wire = wire;
        this.peer = peer;
        this.loop = loop;
        this.doorkeeper = doorkeeper;
        this.desk = desk;
        this.chat = new ChatAnswers(chats, new OfWhoIsKnown());
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
        if (grant.watches()) {
            watch = desk.watch(grant.owner(), snapshot -> tell(grant, snapshot));
        }
    }

    public boolean isKnown() {
        return known.isPresent();
    }

    /** Nobody is there any more, or nobody who may hear anything. */
    void leave() {
        watch.close();
        chat.leave();
        known = Optional.empty();
        latest = Optional.empty();
        told = Optional.empty();
    }

    /** Takes one whole message and answers it after those before it. */
    public void hear(String text) {
        unanswered.add(text);
        answerNext();
    }

    private void answerNext() {
        while (!answering && !unanswered.isEmpty()) {
            CompletableFuture<Void> answer = answer(unanswered.remove()).toCompletableFuture();
            if (!answer.isDone()) {
                answering = true;
                wire.pause();
                answer.whenComplete((done, failure) -> {
                    answering = false;
                    wire.resume();
                    answerNext();
                });
            }
        }
    }

    /**
     * Answers one message. What was said before a client went away is void: nobody would ever end the watch or the chat
     * answer that it begins.
     *
     * @return completes on the loop and never fails
     */
    private CompletionStage<Void> answer(String text) {
        if (!wire.isOpen()) {
            return DONE;
        }
        ClientMessage message;
        try {
            message = MessageCodec.read(text);
        } catch (BadMessage e) {
            Problem problem = e.refusal().problem();
            e.promptId().ifPresentOrElse(id -> wire.send(ChatAnswers.failure(id, problem)), () -> complain(problem));
            return DONE;
        }
        return DONE.thenCompose(begun -> grantOf(message))
                .thenCompose(grant -> authenticated(message, grant))
                .handle((done, failure) -> failure == null ? DONE : refuse(message, Refusal.problemOf(failure)))
                .thenCompose(answered -> answered);
    }

    /** Tells this client, and nobody else, of a problem. */
    public void complain(Problem problem) {
        told = Optional.empty();
        wire.send(failure(problem, Optional.empty()));
    }

    /** The last message before the wire is closed. */
    void end(Problem why) {
        watch.close();
        wire.send(LoginMessages.failure(why));
        wire.close();
    }

    /** Whoever has a grant that is no longer good is told so, and nothing after that. */
    void recheck() {
        known.filter(grant -> !grant.holds()).ifPresent(grant -> {
            leave();
            wire.send(LoginMessages.failure(grant.over()));
        });
    }

    /** Sends the state again, with a link that is good for its whole time. */
    void refresh() {
        known.ifPresent(this::tellStatus);
    }

    /** The same for the owner's pages only. */
    void refresh(Owner owner) {
        known.filter(grant -> grant.owner().equals(owner)).ifPresent(this::tellStatus);
    }

    /** Whether somebody is there who may start a login next. */
    boolean mayStartSoon() {
        return signedOut
                && known.filter(grant -> grant.key().isPresent()).isPresent()
                && latest.filter(LoginSnapshot::open).isEmpty();
    }

    /** Fails with {@code unauthorized} for who shows no key and is not known. */
    private CompletionStage<Grant> grantOf(ClientMessage message) {
        if (message.key().isPresent()) {
            return doorkeeper
                    .byKey(message.key().get().reveal(), peer)
                    .thenApply(key -> new KeyGrant(key, doorkeeper, desk));
        }
        return known.map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        Refusal.unauthorized("Say who you are first: an access key is needed.")));
    }

    private CompletionStage<Void> authenticated(ClientMessage message, Grant grant) {
        if (!wire.isOpen()) {
            return DONE;
        }
        try {
            grant.require();
            know(grant);
            return carryOut(message, grant);
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Carries out what the client asks for, as far as its grant lets it. What that changes is told as a change; where it
     * changes nothing, the answer is the state as it stands.
     *
     * @throws Refusal why it was not done; told to this client alone, as the failure of the stage is
     */
    private CompletionStage<Void> carryOut(ClientMessage message, Grant grant) throws Refusal {
        if (message instanceof ClientMessage.AskStatus ask) {
            return answer(ask, grant);
        }
        told = Optional.empty();
        if (message instanceof ClientMessage.Start) {
            return desk.start(keyOf(grant), peer).thenCompose(joined -> joined ? tellStatus(grant) : DONE);
        }
        if (message instanceof ClientMessage.Code code) {
            return grant.submit(code.code());
        }
        if (message instanceof ClientMessage.Cancel) {
            return desk.cancel(keyOf(grant)).thenCompose(ended -> ended ? DONE : tellStatus(grant));
        }
        if (message instanceof ClientMessage.ChatPrompt prompt) {
            chat.ask(keyOf(grant), prompt);
        } else if (message instanceof ClientMessage.ChatStop stop) {
            chat.stop(keyOf(grant), stop.id());
        }
        return DONE;
    }

    /**
     * Answers with the whole state, or that it is the one that the client knows. That is compared with what this client was
     * told, since {@code seq} counts changes of the login only, not of the credential and the like.
     */
    private CompletionStage<Void> answer(ClientMessage.AskStatus ask, Grant grant) {
        Optional<LoginMessages.Told> last = told.filter(
                status -> ask.seq().equals(Optional.of(status.snapshot().seq())));
        if (last.isEmpty()) {
            return tellStatus(grant);
        }
        return desk.isCurrent(grant, last.get()).thenCompose(current -> {
            // Something may have been told while that was looked up.
            if (!current || !told.equals(last)) {
                return tellStatus(grant);
            }
            send(grant, new ServerMessage.Unchanged(last.get().snapshot().seq()));
            return DONE;
        });
    }

    /** For what only a key may do. */
    private static AccessKey keyOf(Grant grant) throws Refusal {
        return grant.key()
                .orElseThrow(() -> Refusal.unauthorized("This device may only hand in the code of one login."));
    }

    /** Every error of a prompt carries its id; one that concerns the whole page, {@code unauthorized}, stays the login's. */
    private CompletionStage<Void> refuse(ClientMessage message, Problem problem) {
        Optional<String> promptId = message.promptId();
        if (promptId.isPresent() && problem.reason() != Reason.UNAUTHORIZED) {
            wire.send(ChatAnswers.failure(promptId.get(), problem));
            return DONE;
        }
        told = Optional.empty();
        return known.filter(Grant::holds)
                .map(desk::snapshot)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .handle((now, unknown) -> {
                    latest = Optional.ofNullable(now).or(() -> latest);
                    wire.send(failure(problem, promptId));
                    return null;
                });
    }

    private ServerMessage failure(Problem problem, Optional<String> promptId) {
        return latest.filter(now -> known.filter(Grant::holds).isPresent())
                .map(now -> LoginMessages.failure(problem, now, promptId))
                .orElseGet(() -> LoginMessages.failure(problem, promptId));
    }

    private CompletionStage<Void> tellStatus(Grant grant) {
        if (!mayHear(grant)) {
            return DONE;
        }
        return desk.status(grant).thenAccept(status -> {
            if (mayHear(grant)) {
                toldSeq = status.snapshot().seq();
                latest = Optional.of(status.snapshot());
                told = Optional.of(status);
                status.messages().forEach(message -> send(grant, message));
            }
        });
    }

    /** A change that is older than what was told meanwhile is not told. */
    private void tell(Grant grant, LoginSnapshot snapshot) {
        if (!grant.sees(snapshot) || snapshot.seq() < toldSeq) {
            return;
        }
        latest = Optional.of(snapshot);
        changed.run();
        toldSeq = snapshot.seq();
        told = Optional.empty();
        Optional<ServerMessage> event = LoginMessages.event(snapshot, loop.now());
        if (event.isPresent()) {
            send(grant, event.get());
            return;
        }
        grant.beside(snapshot, Optional.empty()).thenAccept(beside -> {
            if (snapshot.seq() >= toldSeq) {
                send(grant, LoginMessages.status(snapshot, beside));
            }
        });
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

        @Override
        public void pause() {
            wire.pause();
        }

        @Override
        public void resume() {
            wire.resume();
        }

        @Override
        public void close() {
            wire.close();
        }
    }
}
