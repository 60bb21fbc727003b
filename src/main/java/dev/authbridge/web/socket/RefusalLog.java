package dev.authbridge.web.socket;

import dev.authbridge.core.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Logs that clients are refused because a limit is reached: the first time immediately, then at most once a minute with
 * their number. Confined to the event loop.
 */
final class RefusalLog {
    private static final Logger LOG = System.getLogger(RefusalLog.class.getName());
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final String what;
    private final int most;
    private final Loop loop;
    private int refused;
    private boolean waiting;

    /**
     * @param what what is refused, in the plural
     * @param most how many may be open at once
     */
    RefusalLog(String what, int most, Loop loop) {
        this.what = what;
        this.most = most;
        this.loop = loop;
    }

    void refused() {
        refused++;
        if (!waiting) {
            warn();
        }
    }

    private void warn() {
        LOG.log(
                Level.WARNING,
                "refused {0} new {1}: {2} are open already, which is the limit",
                refused,
                what,
                Integer.toString(most));
        refused = 0;
        waiting = true;
        loop.after(BETWEEN_WARNINGS, () -> {
            waiting = false;
            if (refused > 0) {
                warn();
            }
        });
    }
}
