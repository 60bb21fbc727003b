package dev.authbridge;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        // Their news are not an operator's.
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
     * Stays. The JDK closes every handler as soon as the machine begins to stop, in a hook that runs beside ours, and how
     * the logins were ended would be told to nobody.
     */
    @Override
    public synchronized void close() {
        flush();
        Logger.getLogger("").addHandler(this);
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
