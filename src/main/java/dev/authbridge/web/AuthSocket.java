package dev.authbridge.web;

import dev.authbridge.login.LoginException;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Problem;
import dev.authbridge.login.Reason;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.ClientMessage;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One open socket. It owns nothing: the login belongs to the owner, and goes on when the socket goes.
 *
 * <p>Everything that it answers or is told goes through one chain of steps, so messages are handled, and leave, in order.
 * Confined to the login loop.
 */
final class AuthSocket {
    private static final Logger LOG = System.getLogger(AuthSocket.class.getName());

    static final int MOST_BYTES = 8_192;

    /** Steps of one socket. */
    private static final int MOST_WAITING = 16;

    private static final short INVALID_DATA = 1007;
    private static final short NOT_ALLOWED = 1008;

    private final ServerWebSocket socket;
    private final Client client;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final ChatAnswers chat;
    private final Outbox outbox;
    private final Runnable changed;
    private final Instant openedAt;
    private final MessageAssembler assembler = new MessageAssembler(MOST_BYTES);

    private Optional<AccessKey> known = Optional.empty();
    private Logins.Watch watch = () -> {};
    private Future<Void> steps = Future.succeededFuture();
    private Instant heardAt;
    private boolean signedOut;
    private long toldSeq = -1;
    private int waiting;

    /**
     * @param ofConnection who the upgrade request said it is from
     * @param changed told when it may matter that this socket is there
     */
    AuthSocket(
            ServerWebSocket socket,
            Client client,
            Optional<AccessKey> ofConnection,
            Doorkeeper doorkeeper,
            LoginDesk desk,
            ChatAnswers chat,
            Outbox outbox,
            Instant now,
            Runnable changed) {
        this.socket = socket;
        this.client = client;
        this.doorkeeper = doorkeeper;
        this.desk = desk;
        this.chat = chat;
        this.outbox = outbox;
        this.changed = changed;
        this.openedAt = now;
        this.heardAt = now;
        ofConnection.ifPresent(this::know);
    }

    /** Takes one frame of the client's. */
    void frame(WebSocketFrame frame, Instant now) {
        heardAt = now;
        if (!outbox.isOpen() || !frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        try {
            assembler.accept(frame).ifPresent(message -> step(() -> handle(message)));
        } catch (CharacterCodingException e) {
            step(() -> Future.failedFuture(new LoginException(Reason.BAD_MESSAGE, "That is not valid UTF-8.")));
            steps.onComplete(done -> socket.close(INVALID_DATA, "invalid UTF-8"));
        }
    }

    /** The other end answered a ping. */
    void pong(Instant now) {
        heardAt = now;
    }

    /** Nobody is there any more. */
    void gone() {
        watch.close();
        chat.leave();
        known = Optional.empty();
    }

    /** Pings; closes a socket from which nothing comes, and one that never says who it is. */
    void tick(Instant now, Duration idle) {
        if (Duration.between(heardAt, now).compareTo(idle) >= 0) {
            outbox.dropIdle();
        } else if (known.isEmpty() && Duration.between(openedAt, now).compareTo(idle) >= 0) {
            socket.close(NOT_ALLOWED, "no access key came");
        } else {
            outbox.ping();
        }
    }

    /** The keys changed; a key that is good no more sees no more. */
    void keysChanged() {
        known.filter(key -> !doorkeeper.holds(key)).ifPresent(key -> {
            watch.close();
            chat.leave();
            known = Optional.empty();
            Problem problem = new Problem(Reason.UNAUTHORIZED, "That access key is good no more.");
            outbox.send(LoginMessages.failure(problem));
        });
    }

    /** Sends the state again, with a link that is good for its whole time. */
    void refresh() {
        known.filter(doorkeeper::holds).ifPresent(key -> step(() -> status(key)));
    }

    /** The owner's credential came, went, or is thought of otherwise. */
    void credentialChanged(Owner owner) {
        known.filter(key -> key.owner().equals(owner)).ifPresent(key -> refresh());
    }

    /** The last message, then the close code. */
    void end(Problem why, short code) {
        watch.close();
        outbox.send(LoginMessages.failure(why));
        socket.close(code, "the server is stopping");
    }

    /** Whether somebody sits here who may start a login next. */
    boolean mayStartSoon() {
        return signedOut && known.filter(key -> !desk.snapshot(key).open()).isPresent();
    }

    private Future<List<ServerMessage>> handle(MessageAssembler.Message assembled) {
        try {
            ClientMessage message = read(assembled);
            AccessKey key = authenticate(message);
            return carryOut(message, key);
        } catch (LoginException e) {
            return Future.failedFuture(e);
        }
    }

    private static ClientMessage read(MessageAssembler.Message assembled) throws LoginException {
        try {
            return MessageCodec.read(assembled.text().orElseThrow(() -> new BadMessage(assembled.fault())));
        } catch (BadMessage e) {
            throw Refused.badMessage(e);
        }
    }

    private AccessKey authenticate(ClientMessage message) throws LoginException {
        AccessKey key;
        if (message.key().isPresent()) {
            key = doorkeeper.byKey(message.key().get().reveal(), client);
        } else {
            key = known.orElseThrow(() -> Refused.unauthorized("Say who you are first: an access key is needed."));
        }
        doorkeeper.require(key, Scope.LOGIN);
        know(key);
        return key;
    }

    private void know(AccessKey key) {
        if (known.equals(Optional.of(key))) {
            return;
        }
        watch.close();
        chat.leave();
        known = Optional.of(key);
        toldSeq = -1;
        if (key.may(Scope.LOGIN)) {
            watch = desk.watch(key, snapshot -> told(key, snapshot));
        }
    }

    private void told(AccessKey key, LoginSnapshot snapshot) {
        changed.run();
        if (!doorkeeper.holds(key)) {
            keysChanged();
            return;
        }
        step(() -> snapshot.seq() < toldSeq
                ? Future.succeededFuture(List.of())
                : desk.change(key, snapshot).map(message -> {
                    toldSeq = snapshot.seq();
                    return List.of(message);
                }));
    }

    private Future<List<ServerMessage>> carryOut(ClientMessage message, AccessKey key) throws LoginException {
        if (message instanceof ClientMessage.Start) {
            boolean joined = desk.snapshot(key).open();
            desk.start(key, client);
            return joined ? status(key) : Future.succeededFuture(List.of());
        }
        if (message instanceof ClientMessage.Code code) {
            desk.submit(key, code.code());
            return Future.succeededFuture(List.of());
        }
        if (message instanceof ClientMessage.Cancel) {
            boolean open = desk.snapshot(key).open();
            desk.cancel(key);
            return open ? Future.succeededFuture(List.of()) : status(key);
        }
        if (message instanceof ClientMessage.ChatPrompt prompt) {
            requireWholeOwner(key);
            chat.ask(key, prompt);
            return Future.succeededFuture(List.of());
        }
        if (message instanceof ClientMessage.ChatStop stop) {
            requireWholeOwner(key);
            chat.stop(key, stop.id());
            return Future.succeededFuture(List.of());
        }
        return status(key);
    }

    private static void requireWholeOwner(AccessKey key) throws LoginException {
        if (key.onlyLogin().isPresent()) {
            throw Refused.unauthorized("This device was let into one login only.");
        }
    }

    private Future<List<ServerMessage>> status(AccessKey key) {
        return desk.status(key)
                .onSuccess(messages -> toldSeq = desk.snapshot(key).seq());
    }

    /** Adds a step to the chain. What fails is told to this client alone. Nothing more is read while many wait. */
    private void step(Supplier<Future<List<ServerMessage>>> step) {
        waiting++;
        if (waiting == MOST_WAITING) {
            socket.pause();
        }
        steps = steps.transform(before -> step.get())
                .otherwise(failure -> List.of(failure(Refused.problemOf(failure))))
                .<Void>map(messages -> {
                    messages.forEach(this::send);
                    return null;
                })
                .onFailure(failure -> LOG.log(Level.ERROR, "an answer could not be sent", failure))
                .eventually(this::stepDone);
    }

    private Future<Void> stepDone() {
        waiting--;
        if (waiting == 0 && outbox.isOpen()) {
            socket.resume();
        }
        return Future.succeededFuture();
    }

    private ServerMessage failure(Problem problem) {
        return known.map(key -> LoginMessages.failure(problem, desk.snapshot(key)))
                .orElseGet(() -> LoginMessages.failure(problem));
    }

    private void send(ServerMessage message) {
        if (message instanceof ServerMessage.Status status) {
            signedOut = status.credential().isEmpty();
            changed.run();
        } else if (message instanceof ServerMessage.Complete) {
            signedOut = false;
            changed.run();
        }
        outbox.send(message);
    }
}
