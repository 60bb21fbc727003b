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
 * The log handler: writes each event to standard error as one line, {@code time level message}. Only unexpected failures
 * are followed by a stack trace.
 */
final class LogLines extends StreamHandler {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Keeps these loggers referenced: the JDK drops a logger, with its level, once nothing refers to it. */
    private static final List<Logger> QUIET = new ArrayList<>();

    /** Reaches zero when the JDK has closed the log as the process ends; see {@link #close}. */
    private static final CountDownLatch CLOSED_BY_THE_JDK = new CountDownLatch(1);

    private static final Duration JDK_CLOSES_WITHIN = Duration.ofMillis(500);

    private LogLines() {
        super(System.err, new OneLine());
        setLevel(Level.ALL);
    }

    /** Makes this the only log handler of the process. */
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
     * Keeps the log open and adds the handler again. The JDK removes and closes all handlers in its own shutdown hook, which
     * runs concurrently with ours; otherwise the end of the open logins would not be logged.
     */
    @Override
    public synchronized void close() {
        flush();
        Logger.getLogger("").addHandler(this);
        CLOSED_BY_THE_JDK.countDown();
    }

    /**
     * Waits until the JDK's shutdown hook has closed the log: events that are logged between its removal of the handler and
     * {@link #close} are lost. To be called first in our shutdown hook.
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
