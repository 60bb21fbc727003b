package dev.authbridge.login;

import dev.authbridge.core.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Logins without an owner that already show their URL, ready for the next login to start. Confined to the event loop. */
final class WarmLogins {
    private static final Logger LOG = System.getLogger(WarmLogins.class.getName());

    /** How long an unused login is kept: it is not known that an authorization URL is good for longer than a login takes. */
    private static final Duration WARM_FOR = Duration.ofMinutes(5);

    /** The pause after a warm login has failed: the next one would most likely fail in the same way. */
    private static final Duration AGAIN_AFTER = Duration.ofMinutes(1);

    private final int most;
    private final Loop loop;
    private final BooleanSupplier room;
    private final Supplier<LoginSession> begin;
    private final Set<LoginSession> waiting = new LinkedHashSet<>();
    private boolean wanted;
    private boolean paused;

    /**
     * @param most how many are kept warm at the same time
     * @param room whether another program may be started
     */
    WarmLogins(int most, Loop loop, BooleanSupplier room, Supplier<LoginSession> begin) {
        this.most = most;
        this.loop = loop;
        this.room = room;
        this.begin = begin;
    }

    boolean contains(LoginSession session) {
        return waiting.contains(session);
    }

    /** Says whether anybody is connected who could start a login; otherwise none is kept warm. */
    void keep(boolean somebodyIsThere) {
        wanted = somebodyIsThere;
        if (wanted) {
            topUp();
        } else {
            List.copyOf(waiting).forEach(this::endOne);
        }
    }

    /** Hands over the login that has waited longest; it belongs to the caller from now on. */
    Optional<LoginSession> take() {
        Optional<LoginSession> longest = waiting.stream().findFirst();
        longest.ifPresent(waiting::remove);
        return longest;
    }

    /** Starts as many logins as are missing. */
    void topUp() {
        while (wanted && !paused && waiting.size() < most && room.getAsBoolean()) {
            LoginSession session = begin.get();
            waiting.add(session);
            loop.after(WARM_FOR, () -> {
                if (waiting.contains(session)) {
                    endOne(session);
                    topUp();
                }
            });
        }
    }

    /** A warm login has ended by itself. */
    void ended(LoginSession session) {
        waiting.remove(session);
        LOG.log(
                Level.WARNING,
                "a login that was kept warm ended: {0}",
                session.state().outcome());
        paused = true;
        loop.after(AGAIN_AFTER, () -> {
            paused = false;
            topUp();
        });
    }

    private void endOne(LoginSession session) {
        waiting.remove(session);
        session.end();
    }
}
