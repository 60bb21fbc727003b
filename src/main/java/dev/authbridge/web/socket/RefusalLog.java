package dev.authbridge.web.socket;

import dev.authbridge.core.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Logs that clients are refused: the first time immediately, then at most once a minute with their number. Confined to the
 * event loop.
 */
public final class RefusalLog {
    private static final Logger LOG = System.getLogger(RefusalLog.class.getName());
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final String sentence;
    private final Loop loop;
    private int refused;
    private boolean waiting;

    /** @param sentence what is refused and why; <code>{0}</code> in it is replaced by their number */
    public RefusalLog(String sentence, Loop loop) {
        this.sentence = sentence;
        this.loop = loop;
    }

    public void refused() {
        refused++;
        if (!waiting) {
            warn();
        }
    }

    private void warn() {
        LOG.log(Level.WARNING, sentence, refused);
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
