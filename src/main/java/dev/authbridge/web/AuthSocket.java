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
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One open socket. It owns nothing: the login belongs to the owner, and goes on when the socket goes.
 *
 * <p>Everything that it answers or is told goes through its {@link Steps}. Confined to the login loop.
 */
final class AuthSocket {
    static final int MOST_BYTES = 8_192;

    private static final short INVALID_DATA = 1007;
    private static final short NOT_ALLOWED = 1008;

    private final ServerWebSocket socket;
    private final Client client;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final ChatAnswers chat;
    private final ClientCommands commands;
    private final Outbox outbox;
    private final Runnable changed;
    private final Steps steps;
    private final Instant openedAt;
    private final MessageAssembler assembler = new MessageAssembler(MOST_BYTES);

    private Optional<Grant> known = Optional.empty();
    private Logins.Watch watch = () -> {};
    private Instant heardAt;
    private boolean signedOut;
    private boolean broken;
    private long toldSeq = -1;

    /**
     * @param ofConnection what the upgrade request said that its sender may do
     * @param changed told when it may matter that this socket is there
     */
    AuthSocket(
            ServerWebSocket socket,
            Client client,
            Optional<Grant> ofConnection,
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
        this.commands = new ClientCommands(client, desk, chat);
        this.outbox = outbox;
        this.changed = changed;
        this.steps = new Steps(socket, outbox::isOpen, this::failure, this::send);
        this.openedAt = now;
        this.heardAt = now;
        ofConnection.ifPresent(this::know);
    }

    /** Takes one frame of the client's. */
    void frame(WebSocketFrame frame, Instant now) {
        heardAt = now;
        if (broken || !outbox.isOpen() || !frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        try {
            assembler.accept(frame).ifPresent(message -> steps.add(() -> handle(message)));
        } catch (CharacterCodingException e) {
            broken = true;
            steps.add(() -> Future.failedFuture(new LoginException(Reason.BAD_MESSAGE, "That is not valid UTF-8.")));
            steps.afterwards(() -> socket.close(INVALID_DATA, "invalid UTF-8"));
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

    /** Who is good no more sees no more. */
    void recheck() {
        known.filter(grant -> !grant.holds()).ifPresent(grant -> {
            watch.close();
            chat.leave();
            known = Optional.empty();
            outbox.send(LoginMessages.failure(grant.over()));
        });
    }

    /** Sends the state again, with a link that is good for its whole time. */
    void refresh() {
        known.filter(Grant::holds).ifPresent(grant -> steps.add(() -> status(grant)));
    }

    /** Sends the owner's pages the state again. */
    void refresh(Owner owner) {
        known.filter(grant -> grant.owner().equals(owner)).ifPresent(grant -> refresh());
    }

    /** The last message, then the close code. */
    void end(Problem why, short code) {
        watch.close();
        outbox.send(LoginMessages.failure(why));
        socket.close(code, "the server is stopping");
    }

    /** Whether somebody sits here who may start a login next. */
    boolean mayStartSoon() {
        return signedOut
                && known.filter(grant ->
                                grant.key().isPresent() && !grant.snapshot().open())
                        .isPresent();
    }

    /** What was sent before a client went away is void: nobody would ever end the watch or the answer that it begins. */
    private Future<List<ServerMessage>> handle(MessageAssembler.Message assembled) {
        if (!outbox.isOpen()) {
            return Future.succeededFuture(List.of());
        }
        try {
            ClientMessage message = read(assembled);
            Grant grant = authenticate(message);
            return commands.carryOut(message, grant) ? status(grant) : Future.succeededFuture(List.of());
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

    private Grant authenticate(ClientMessage message) throws LoginException {
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

    private void know(Grant grant) {
        if (known.equals(Optional.of(grant))) {
            return;
        }
        watch.close();
        chat.leave();
        known = Optional.of(grant);
        toldSeq = -1;
        watch = grant.watch(snapshot -> told(grant, snapshot));
    }

    private void told(Grant grant, LoginSnapshot snapshot) {
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

    private Future<List<ServerMessage>> status(Grant grant) {
        return grant.status().onSuccess(messages -> toldSeq = grant.snapshot().seq());
    }

    private ServerMessage failure(Problem problem) {
        return known.map(grant -> LoginMessages.failure(problem, grant.snapshot()))
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
