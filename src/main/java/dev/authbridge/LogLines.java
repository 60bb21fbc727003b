package dev.authbridge;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * The log: standard error, one line an event, {@code time level message}. Only a failure that nobody foresaw has its stack
 * trace below it.
 */
final class LogLines extends StreamHandler {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** The JDK forgets the level of a logger that nobody holds. */
    private static final List<Logger> QUIET = new ArrayList<>();

    /** Zero once the JDK has closed the log at the end of the process; see {@link #close}. */
    private static final CountDownLatch CLOSED_BY_THE_JDK = new CountDownLatch(1);

    private static final Duration JDK_CLOSES_WITHIN = Duration.ofMillis(500);

    private LogLines() {
        super(System.err, new OneLine());
        setLevel(Level.ALL);
    }

    /** Makes this the only place where the log goes. */
    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new LogLines());
        root.setLevel(Level.INFO);
        // What these libraries report at level INFO does not help an operator.
        List.of("io.netty", "com.pty4j").forEach(name -> {
            Logger quiet = Logger.getLogger(name);
            quiet.setLevel(Level.WARNING);
            QUIET.add(quiet);
        });
    }

    @Override
    public synchronized void publish(LogRecord event) {
        super.publish(event);
        flush();
    }

    /**
     * Keeps the log open. The JDK removes and closes every handler in a shutdown hook of its own, which runs beside ours, and
     * how the logins were ended would be logged nowhere.
     */
    @Override
    public synchronized void close() {
        flush();
        Logger.getLogger("").addHandler(this);
        CLOSED_BY_THE_JDK.countDown();
    }

    /**
     * Waits until the JDK's shutdown hook is done with the log, since what is logged while it has removed the handler is lost.
     * To be called first in a shutdown hook.
     */
    static void awaitJdkShutdownHook() {
        try {
            CLOSED_BY_THE_JDK.await(JDK_CLOSES_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord event) {
            String line = TIME.format(event.getInstant()) + " " + level(event.getLevel()) + " "
                    + formatMessage(event).replaceAll("[\\p{Cntrl}\u2028\u2029]+", " ") + "\n";
            return event.getThrown() == null ? line : line + trace(event.getThrown());
        }

        private static String level(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            return level.intValue() >= Level.WARNING.intValue() ? "WARN " : "INFO ";
        }

        private static String trace(Throwable failure) {
            StringWriter text = new StringWriter();
            failure.printStackTrace(new PrintWriter(text));
            return text.toString();
        }
    }
}
