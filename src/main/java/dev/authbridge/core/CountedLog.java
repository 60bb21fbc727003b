package dev.authbridge.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Logs what a client can cause as often as it likes, so that it cannot fill the log: the first time immediately, then at most
 * once a minute with the number. Confined to the event loop.
 */
public final class CountedLog {
    private static final Logger LOG = System.getLogger(CountedLog.class.getName());
    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    private final Level level;
    private final String sentence;
    private final Loop loop;
    private int count;
    private Object[] last = {};
    private boolean waiting;

    /**
     * @param sentence what has happened; <code>{0}</code> in it is replaced by the number, <code>{1}</code> and so on by the
     *     details of the last time
     */
    public CountedLog(Level level, String sentence, Loop loop) {
        this.level = level;
        this.sentence = sentence;
        this.loop = loop;
    }

    /** The same for what an operator may want to do something about, logged as a warning. */
    public CountedLog(String sentence, Loop loop) {
        this(Level.WARNING, sentence, loop);
    }

    /** It has happened once more. */
    public void happened(Object... details) {
        count++;
        last = details.clone();
        if (!waiting) {
            write();
        }
    }

    private void write() {
        LOG.log(
                level,
                sentence,
                Stream.concat(Stream.of(count), Stream.of(last)).toArray());
        count = 0;
        waiting = true;
        loop.after(BETWEEN_LINES, () -> {
            waiting = false;
            if (count > 0) {
                write();
            }
        });
    }
}
