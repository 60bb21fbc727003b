package dev.authbridge.gateway;

import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Tickets;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All conversations that go on now, whatever wires they came by. Tells them when a key has been taken away or an owner's
 * credential has changed, sends fresh sign-in links, and has logins kept warm while somebody is there who may start one.
 * Confined to the event loop.
 */
public final class Conversations {
    /** So that the link on a page that stays open is never too old. */
    private static final Duration FRESH_LINK_EACH = Tickets.LIFETIME.minusMinutes(2);

    /** A page that reloads, or a phone that changes its network, is back before this. */
    private static final Duration COLD_AFTER = Duration.ofSeconds(30);

    private final Loop loop;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final Chats chats;
    private final Set<Conversation> open = new LinkedHashSet<>();
    private Optional<Loop.Timer> cooling = Optional.empty();

    public Conversations(Loop loop, Doorkeeper doorkeeper, LoginDesk desk, Chats chats) {
        this.loop = loop;
        this.doorkeeper = doorkeeper;
        this.desk = desk;
        this.chats = chats;
        refreshAgain();
    }

    /**
     * Begins the conversation of a client that has connected.
     *
     * @param grant what the connection itself shows that the client may do; empty for one that will show its key later
     */
    public Conversation begin(Wire wire, Peer peer, Optional<Grant> grant) {
        Conversation conversation = new Conversation(wire, peer, loop, doorkeeper, desk, chats, this::changed);
        open.add(conversation);
        grant.ifPresent(conversation::know);
        return conversation;
    }

    /** The client has gone. */
    public void end(Conversation conversation) {
        open.remove(conversation);
        conversation.leave();
        changed();
    }

    /** Says goodbye to every client; each comes back by itself and asks for the state. */
    public void endAll(Problem why) {
        List.copyOf(open).forEach(conversation -> conversation.end(why));
    }

    /** Tells those whose key or session is no longer good, and nothing more after that. */
    public void recheck() {
        List.copyOf(open).forEach(Conversation::recheck);
    }

    /** Tells the owner's clients the state again: something beside the login changed. */
    public void refresh(Owner owner) {
        List.copyOf(open).forEach(conversation -> conversation.refresh(owner));
    }

    private void refreshAgain() {
        loop.after(FRESH_LINK_EACH, () -> {
            List.copyOf(open).forEach(Conversation::refresh);
            refreshAgain();
        });
    }

    /** Somebody came or went, or started or ended a login. */
    private void changed() {
        if (open.stream().anyMatch(Conversation::mayStartSoon)) {
            cooling.ifPresent(Loop.Timer::cancel);
            cooling = Optional.empty();
            desk.keepWarm(true);
        } else if (cooling.isEmpty()) {
            cooling = Optional.of(loop.after(COLD_AFTER, () -> desk.keepWarm(false)));
        }
    }
}
