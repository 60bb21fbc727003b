package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Tickets;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.RandomName;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.ClientMessage;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One client's conversation with its login over any kind of {@link Wire}: who the client is, as far as that is known, and
 * what it has been told. A message may carry another key than the one before it; from then on the client is somebody else.
 *
 * <p>Messages are answered one after the other, in the order in which they arrive. While the answer to one is awaited, the
 * wire is paused. Everything that only the bearer of a grant may hear goes through {@link #send}, which checks once more
 * that the grant still holds; after the client was told that it does not, nothing that was under way is sent.
 *
 * <p>The conversation owns nothing: the login belongs to the owner, and goes on when the client leaves. Confined to the
 * event loop.
 */
public final class Conversation {
    private static final Logger LOG = System.getLogger(Conversation.class.getName());

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final Wire wire;
    private final Peer peer;
    private final Loop loop;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final ChatAnswers chat;
    private final Runnable changed;

    /** The client has one sign-in link at a time. */
    private final Tickets.Holder holder = new Tickets.Holder(RandomName.of192Bits(), 1);

    private final Queue<Supplier<CompletionStage<Void>>> unanswered = new ArrayDeque<>();
    private boolean answering;
    private Optional<Grant> known = Optional.empty();
    private Subscription watch = () -> {};
    private boolean signedOut;
    private long toldSeq = -1;

    /** The newest state of the login that is known here, as far as this client may see it. */
    private Optional<LoginSnapshot> latest = Optional.empty();

    /** The whole state that the client was sent, unless something else was sent or asked for after it. */
    private Optional<LoginMessages.Told> told = Optional.empty();

    /** @param changed called when it may have changed whether this client could start a login soon */
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

    /** From now on the client has this grant, and is sent each change of its owner's login. */
    void know(Grant grant) {
        if (known.equals(Optional.of(grant))) {
            return;
        }
        leave();
        known = Optional.of(grant);
        toldSeq = -1;
        if (grant.mayHear()) {
            watch = desk.watch(grant.owner(), snapshot -> tell(grant, snapshot));
        }
    }

    public boolean isKnown() {
        return known.isPresent();
    }

    /** Whose client this is; empty while that is not known. */
    public Optional<Owner> owner() {
        return known.map(Grant::owner);
    }

    /** The client has left, or may hear nothing any more. */
    void leave() {
        watch.close();
        chat.leave();
        known = Optional.empty();
        latest = Optional.empty();
        told = Optional.empty();
    }

    /** Takes one complete message, and answers it after those before it. */
    public void hear(String text) {
        inTurn(() -> answer(text));
    }

    /** Reports a problem to this client only, after the answers to its earlier messages. */
    public void complain(Problem problem) {
        inTurn(() -> {
            told = Optional.empty();
            wire.send(failure(problem, Optional.empty()));
            return DONE;
        });
    }

    private void inTurn(Supplier<CompletionStage<Void>> answer) {
        unanswered.add(answer);
        answerNext();
    }

    private void answerNext() {
        while (!answering && !unanswered.isEmpty()) {
            CompletableFuture<Void> answer = unanswered.remove().get().toCompletableFuture();
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
     * Answers one message. If the client has left in the meantime, the message is dropped, since the watch or the chat answer
     * that it begins would never be ended.
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
            told = Optional.empty();
            wire.send(e.promptId()
                    .map(id -> ChatAnswers.failure(id, problem))
                    .orElseGet(() -> failure(problem, Optional.empty())));
            return DONE;
        }
        return DONE.thenCompose(begun -> grantOf(message))
                .thenCompose(grant -> answer(message, grant))
                .exceptionallyCompose(failure -> refuse(message, Optional.empty(), failure));
    }

    private CompletionStage<Void> answer(ClientMessage message, Grant grant) {
        if (!wire.isOpen()) {
            return DONE;
        }
        if (!grant.holds()) {
            tellOver(grant, message.promptId());
            return DONE;
        }
        try {
            grant.require();
        } catch (Refusal e) {
            grant.bearer().ifPresent(bearer -> doorkeeper.audit().refused(bearer, peer, Scope.LOGIN));
            return CompletableFuture.failedFuture(e);
        }
        know(grant);
        grant.used();
        CompletionStage<Void> done;
        try {
            done = carryOut(message, grant);
        } catch (Refusal | RuntimeException e) {
            done = CompletableFuture.failedFuture(e);
        }
        return done.exceptionallyCompose(failure -> refuse(message, Optional.of(grant), failure));
    }

    /** The last message before the wire is closed. */
    void end(Problem why) {
        leave();
        wire.send(LoginMessages.failure(why));
        wire.close();
    }

    /** Tells a client whose grant is no longer good that it is over, and nothing after that. */
    void recheck() {
        known.filter(grant -> !grant.holds()).ifPresent(grant -> tellOver(grant, Optional.empty()));
    }

    private void tellOver(Grant grant, Optional<String> promptId) {
        boolean ofConnection = known.equals(Optional.of(grant));
        if (ofConnection) {
            leave();
        }
        wire.send(LoginMessages.failure(grant.over(), promptId));
        if (ofConnection && grant.closesWhenOver()) {
            wire.hangUp();
        }
    }

    /** Sends the whole state again, with a fresh link. */
    void refresh() {
        known.ifPresent(grant -> tellStatus(grant).exceptionally(failure -> {
            // The client finds out by itself: it asks from time to time whether what it was told still holds.
            String why = Refusal.problemOf(failure).message();
            LOG.log(Level.WARNING, "status of {0} could not be sent again: {1}", grant.owner(), why);
            return null;
        }));
    }

    /** The same, if the client is this owner's. */
    void refresh(Owner owner) {
        if (known.filter(grant -> grant.owner().equals(owner)).isPresent()) {
            refresh();
        }
    }

    /** Whether the client is signed out and may start a login, so that one should be kept warm. */
    boolean mayStartSoon() {
        return signedOut
                && known.filter(grant -> grant.bearer().isPresent() && grant.mayHear())
                        .isPresent()
                && latest.filter(LoginSnapshot::open).isEmpty();
    }

    /** Fails with {@code unauthorized} for a message without a key from a client that is not known. */
    private CompletionStage<Grant> grantOf(ClientMessage message) {
        if (message.key().isPresent()) {
            return doorkeeper
                    .byKey(message.key().get().reveal(), peer)
                    .thenApply(bearer -> new Grant.OfKey(bearer, doorkeeper, desk));
        }
        return known.map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        Refusal.unauthorized("Say who you are first: an access key is needed.")));
    }

    /**
     * Carries out what the client asks for, as far as its grant allows. What that changes is sent as a change; if it changes
     * nothing, the answer is the state as it is.
     *
     * @throws Refusal why it was not done; sent to this client alone, as the failure of the stage is
     */
    private CompletionStage<Void> carryOut(ClientMessage message, Grant grant) throws Refusal {
        if (message instanceof ClientMessage.AskStatus ask) {
            return answer(ask, grant);
        }
        told = Optional.empty();
        if (message instanceof ClientMessage.Start) {
            return desk.start(bearerOf(grant), peer).thenCompose(joined -> joined ? tellStatus(grant) : DONE);
        }
        if (message instanceof ClientMessage.Code code) {
            return desk.submit(grant, peer, code.code());
        }
        if (message instanceof ClientMessage.Cancel) {
            return desk.cancel(bearerOf(grant), peer).thenCompose(ended -> ended ? DONE : tellStatus(grant));
        }
        if (message instanceof ClientMessage.ChatPrompt prompt) {
            chat.ask(keyOf(grant), prompt);
        } else if (message instanceof ClientMessage.ChatStop stop) {
            chat.stop(keyOf(grant), stop.id());
        }
        return DONE;
    }

    /**
     * Answers with the whole state, or that the client knows it already. That is compared with what this client was sent,
     * since {@code seq} counts changes of the login only, not of the credential and the like.
     */
    private CompletionStage<Void> answer(ClientMessage.AskStatus ask, Grant grant) {
        Optional<LoginMessages.Told> last = told.filter(
                status -> ask.seq().equals(Optional.of(status.snapshot().seq())));
        if (last.isEmpty()) {
            return tellStatus(grant);
        }
        return desk.isCurrent(grant, last.get(), holder).thenCompose(current -> {
            // Something may have been sent during the wait.
            if (!current || !told.equals(last)) {
                return tellStatus(grant);
            }
            send(grant, new ServerMessage.Unchanged(last.get().snapshot().seq()));
            return DONE;
        });
    }

    private static AccessKey keyOf(Grant grant) throws Refusal {
        return bearerOf(grant).key();
    }

    /** For what only the bearer of a key may do. */
    private static Bearer bearerOf(Grant grant) throws Refusal {
        return grant.bearer()
                .orElseThrow(() -> Refusal.unauthorized("This device may only hand in the code of one login."));
    }

    /**
     * Tells the client why its message was refused. The error of a chat prompt carries the id of the prompt; one that
     * concerns the whole page, {@code unauthorized}, is an error of the login all the same.
     *
     * @param by what the message was carried out with; empty if that is not known
     */
    private CompletionStage<Void> refuse(ClientMessage message, Optional<Grant> by, Throwable failure) {
        Problem problem = Refusal.problemOf(failure);
        Optional<String> promptId = message.promptId();
        boolean ofPrompt = promptId.isPresent() && problem.reason() != Reason.UNAUTHORIZED;
        return (ofPrompt ? DONE : findLatest()).handle((found, unknown) -> {
            if (by.isEmpty() || mayHear(by.get())) {
                told = Optional.empty();
                wire.send(ofPrompt ? ChatAnswers.failure(promptId.get(), problem) : failure(problem, promptId));
            }
            return null;
        });
    }

    /** Finds out where the login stands if this client was not told anything of it yet, so that an error can say it. */
    private CompletionStage<Void> findLatest() {
        Optional<Grant> asker = known.filter(grant -> latest.isEmpty() && grant.holds());
        return asker.isEmpty()
                ? DONE
                : DONE.thenCompose(begun -> desk.snapshot(asker.get())).thenAccept(now -> {
                    if (known.equals(asker) && latest.isEmpty()) {
                        latest = Optional.of(now);
                    }
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
        return desk.status(grant, holder).thenAccept(status -> {
            if (mayHear(grant)) {
                tell(grant, upToDate(status));
            }
        });
    }

    private void tell(Grant grant, LoginMessages.Told status) {
        toldSeq = status.snapshot().seq();
        latest = Optional.of(status.snapshot());
        told = Optional.of(status);
        send(grant, status.status());
        status.event().ifPresent(event -> send(grant, event));
    }

    /** A change may have been reported while the status was on its way from another machine. */
    private LoginMessages.Told upToDate(LoginMessages.Told status) {
        return latest.filter(now -> now.seq() > status.snapshot().seq())
                .map(now -> LoginMessages.answer(now, status.beside()))
                .orElse(status);
    }

    /** Tells a change of the login, unless the client was told a newer state meanwhile. */
    private void tell(Grant grant, LoginSnapshot change) {
        if (!grant.sees(change) || change.seq() < toldSeq || !mayHear(grant)) {
            return;
        }
        toldSeq = change.seq();
        latest = Optional.of(change);
        told = Optional.empty();
        changed.run();
        Optional<ServerMessage> event = LoginMessages.change(change, desk.whose(grant.owner()), loop.now());
        if (event.isPresent()) {
            send(grant, event.get());
            return;
        }
        grant.beside(Optional.empty(), holder).thenAccept(beside -> {
            // Otherwise the client was sent a later change, or the whole state, during the wait.
            if (change.seq() == toldSeq && told.isEmpty()) {
                send(grant, LoginMessages.status(change, beside));
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

    /**
     * Whether the client is still the one with this grant, and the grant is still good and good for hearing of the login; if
     * it is over, the client is told.
     */
    private boolean mayHear(Grant grant) {
        recheck();
        return known.equals(Optional.of(grant)) && grant.mayHear();
    }

    /** Sends the pieces of chat answers while somebody is known who may hear them. */
    private final class OfWhoIsKnown implements ChatAnswers.Client {
        private boolean mayHear() {
            recheck();
            return known.filter(Grant::mayHear).isPresent() && wire.isOpen();
        }

        @Override
        public void send(ServerMessage message) {
            if (mayHear()) {
                wire.send(message);
            }
        }

        @Override
        public void send(ServerMessage message, Runnable taken) {
            if (mayHear()) {
                wire.send(message, taken);
            } else {
                taken.run();
            }
        }
    }
}
