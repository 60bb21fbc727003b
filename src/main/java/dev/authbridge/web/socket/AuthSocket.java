package dev.authbridge.web.socket;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.gateway.Conversation;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;

/** One open WebSocket: puts frames together for its {@link Conversation}, and ends when nothing comes. Confined to the login loop. */
public final class AuthSocket {
    static final int MOST_BYTES = 8_192;

    private static final short INVALID_DATA = 1007;
    private static final short NOT_ALLOWED = 1008;

    private final WebSocketWire wire;
    private final Conversation conversation;
    private final Instant openedAt;
    private final MessageAssembler assembler = new MessageAssembler(MOST_BYTES);

    private Instant heardAt;

    AuthSocket(WebSocketWire wire, Conversation conversation, Instant now) {
        this.wire = wire;
        this.conversation = conversation;
        this.openedAt = now;
        this.heardAt = now;
    }

    /** Bytes that its client has not taken yet. */
    int waiting() {
        return wire.waiting();
    }

    /** Takes one frame of the client's. */
    void frame(WebSocketFrame frame, Instant now) {
        heardAt = now;
        if (!wire.isOpen() || !frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        try {
            assembler.accept(frame).ifPresent(this::message);
        } catch (CharacterCodingException e) {
            conversation.complain(new Problem(Reason.BAD_MESSAGE, "That is not valid UTF-8."));
            wire.close(INVALID_DATA, "invalid UTF-8");
        }
    }

    private void message(MessageAssembler.Message message) {
        message.text()
                .ifPresentOrElse(
                        conversation::hear,
                        () -> conversation.complain(new Problem(Reason.BAD_MESSAGE, message.fault())));
    }

    /** The other end answered a ping. */
    void pong(Instant now) {
        heardAt = now;
    }

    /** Pings; closes a socket from which nothing comes, one whose client does not read, and one that never says who it is. */
    void tick(Instant now, Duration idle) {
        if (wire.isBehind()) {
            // Nothing is read from it meanwhile, so its silence says nothing.
            heardAt = now;
            if (isOver(wire.progressAt(), now, idle)) {
                wire.dropSlow();
            }
        } else if (isOver(heardAt, now, idle)) {
            wire.dropIdle();
        } else if (!conversation.isKnown() && isOver(openedAt, now, idle)) {
            wire.close(NOT_ALLOWED, "no access key came");
        } else {
            wire.ping();
        }
    }

    private static boolean isOver(Instant since, Instant now, Duration limit) {
        return Duration.between(since, now).compareTo(limit) >= 0;
    }
}
