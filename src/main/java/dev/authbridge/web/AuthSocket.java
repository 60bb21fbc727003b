package dev.authbridge.web;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.ClientMessage;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.protocol.ServerMessage;
import io.vertx.core.Future;
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

    private final Outbox outbox;
    private final Steps steps;
    private final Visitor visitor;
    private final ClientCommands commands;
    private final Instant openedAt;
    private final MessageAssembler assembler = new MessageAssembler(MOST_BYTES);

    private Instant heardAt;
    private boolean broken;

    /**
     * @param ofConnection what the upgrade request said that its sender may do
     * @param changed told when it may matter that this socket is there
     */
    AuthSocket(
            Client client,
            Optional<Grant> ofConnection,
            Doorkeeper doorkeeper,
            LoginDesk desk,
            ChatAnswers chat,
            Outbox outbox,
            Instant now,
            Runnable changed) {
        this.outbox = outbox;
        this.steps = new Steps(outbox, this::failure, this::send);
        this.visitor = new Visitor(client, doorkeeper, desk, chat, outbox, steps, changed);
        this.commands = new ClientCommands(client, desk, chat);
        this.openedAt = now;
        this.heardAt = now;
        ofConnection.ifPresent(visitor::know);
    }

    /** Who sits here. */
    Visitor visitor() {
        return visitor;
    }

    /** Bytes that its client has not taken yet. */
    int waiting() {
        return outbox.waiting();
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
            steps.add(() -> Future.failedFuture(new Refusal(Reason.BAD_MESSAGE, "That is not valid UTF-8.")));
            steps.afterwards(() -> outbox.close(INVALID_DATA, "invalid UTF-8"));
        }
    }

    /** The other end answered a ping. */
    void pong(Instant now) {
        heardAt = now;
    }

    /** Pings; closes a socket from which nothing comes, one whose client does not read, and one that never says who it is. */
    void tick(Instant now, Duration idle) {
        if (outbox.isBehind()) {
            // Nothing is read from it meanwhile, so its silence says nothing.
            heardAt = now;
            if (isOver(outbox.progressAt(), now, idle)) {
                outbox.dropSlow();
            }
        } else if (isOver(heardAt, now, idle)) {
            outbox.dropIdle();
        } else if (!visitor.isKnown() && isOver(openedAt, now, idle)) {
            outbox.close(NOT_ALLOWED, "no access key came");
        } else {
            outbox.ping();
        }
    }

    private static boolean isOver(Instant since, Instant now, Duration limit) {
        return Duration.between(since, now).compareTo(limit) >= 0;
    }

    /** The last message, then the close code. */
    void end(Problem why, short code) {
        visitor.endWatch();
        outbox.send(LoginMessages.failure(why));
        outbox.close(code, "the server is stopping");
    }

    /** What was sent before a client went away is void: nobody would ever end the watch or the answer that it begins. */
    private Future<List<ServerMessage>> handle(MessageAssembler.Message assembled) {
        if (!outbox.isOpen()) {
            return Future.succeededFuture(List.of());
        }
        try {
            ClientMessage message = read(assembled);
            Grant grant = visitor.authenticate(message);
            return commands.carryOut(message, grant) ? visitor.status(grant) : Future.succeededFuture(List.of());
        } catch (Refusal e) {
            return Future.failedFuture(e);
        }
    }

    private static ClientMessage read(MessageAssembler.Message assembled) throws Refusal {
        try {
            return MessageCodec.read(assembled.text().orElseThrow(() -> new BadMessage(assembled.fault())));
        } catch (BadMessage e) {
            throw Refused.badMessage(e);
        }
    }

    private ServerMessage failure(Problem problem) {
        return visitor.failure(problem);
    }

    private void send(ServerMessage message) {
        visitor.send(message);
    }
}
