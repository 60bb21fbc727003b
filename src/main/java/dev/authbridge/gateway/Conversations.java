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
 * All open conversations, over every kind of wire. Tells them when a key has been taken away or an owner's credential has
 * changed, sends fresh sign-in links, and has logins kept warm while a client is connected that may start one. Confined to
 * the event loop.
 */
public final class Conversations {
    /** So that the link on a page that stays open never expires. */
    private static final Duration FRESH_LINK_EACH = Tickets.LIFETIME.minusMinutes(2);

    /** A page that reloads, or a phone that changes networks, is back sooner. */
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
     * @param grant what the client may do by its header or cookie; empty for a client that has yet to send its key
     */
    public Conversation begin(Wire wire, Peer peer, Optional<Grant> grant) {
        Conversation conversation = new Conversation(wire, peer, loop, doorkeeper, desk, chats, this::changed);
        open.add(conversation);
        grant.ifPresent(conversation::know);
        return conversation;
    }

    /** Ends the conversation of a client that has left. */
    public void end(Conversation conversation) {
        open.remove(conversation);
        conversation.leave();
        changed();
    }

    /** Tells every client why its connection is closed, and closes it; clients connect again by themselves. */
    public void endAll(Problem why) {
        List.copyOf(open).forEach(conversation -> conversation.end(why));
    }

    /** Tells the clients whose grant is no longer good, and nothing more after that. */
    public void recheck() {
        List.copyOf(open).forEach(Conversation::recheck);
    }

    /** Sends the owner's clients the whole state again, because something beside the login has changed. */
    public void refresh(Owner owner) {
        List.copyOf(open).forEach(conversation -> conversation.refresh(owner));
    }

    private void refreshAgain() {
        loop.after(FRESH_LINK_EACH, () -> {
            List.copyOf(open).forEach(Conversation::refresh);
            refreshAgain();
        });
    }

    /** A client came or left, or a login was started or ended. */
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
