package dev.authbridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.access.Audit;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
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
import java.util.function.Function;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.Collectors;

/**
 * The log handler: writes each event to standard error as one line, {@code time level message}. Only unexpected failures
 * are followed by a stack trace, whose lines are indented. Whatever has the shape of a secret is taken out of both, and out
 * of what anything else prints in this process; see {@link Redaction}. Lines of the audit in JSON are written as they are.
 */
final class LogLines extends StreamHandler {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** In characters. A screen of the CLI, which is the longest that the bridge itself logs, has some 3,000. */
    static final int LONGEST_LINE = 8_192;

    private static final int MOST_TRACE_LINES = 200;

    /** Keeps these loggers referenced: the JDK drops a logger, with its level, once nothing refers to it. */
    private static final List<Logger> QUIET = new ArrayList<>();

    /** Reaches zero when the JDK has closed the log as the process ends; see {@link #close}. */
    private static final CountDownLatch CLOSED_BY_THE_JDK = new CountDownLatch(1);

    private static final Duration JDK_CLOSES_WITHIN = Duration.ofMillis(500);

    LogLines(OutputStream to, Function<LogRecord, String> beginning) {
        super(to, new LineFormat(beginning));
        setLevel(Level.ALL);
    }

    /** Makes this the only log handler of the process, and filters what is printed by anything else. */
    static void install() {
        install(Level.INFO, LogLines::timeAndLevel);
        System.setOut(filtered(System.out));
        System.setErr(filtered(System.err));
        // What these libraries report at level INFO does not help an operator.
        List.of("io.netty", "com.pty4j").forEach(name -> {
            Logger quiet = Logger.getLogger(name);
            quiet.setLevel(Level.WARNING);
            QUIET.add(quiet);
        });
        Logger failures = Logger.getLogger(LogLines.class.getName());
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) ->
                failures.log(Level.SEVERE, failure, () -> "the thread " + thread.getName() + " failed"));
    }

    /** The same for a command that a person runs: only what is wrong, without the time. */
    static void installAtTerminal() {
        install(Level.WARNING, event -> event.getLevel().getName() + ": ");
    }

    private static void install(Level level, Function<LogRecord, String> beginning) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new LogLines(System.err, beginning));
        root.setLevel(level);
    }

    /** Prints each line to this stream once it is whole. */
    static PrintStream filtered(PrintStream to) {
        return new PrintStream(new Lines(to), false, UTF_8);
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

    static String timeAndLevel(LogRecord event) {
        return TIME.format(event.getInstant()) + " " + level(event.getLevel()) + " ";
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        return level.intValue() >= Level.WARNING.intValue() ? "WARN " : "INFO ";
    }

    private static final class LineFormat extends Formatter {
        private final Function<LogRecord, String> beginning;

        LineFormat(Function<LogRecord, String> beginning) {
            this.beginning = beginning;
        }

        @Override
        public String format(LogRecord event) {
            boolean json = Audit.LOGGER.equals(event.getLoggerName())
                    && event.getMessage().startsWith("{");
            String line =
                    (json ? "" : beginning.apply(event)) + Redaction.line(formatMessage(event), LONGEST_LINE) + "\n";
            return event.getThrown() == null ? line : line + trace(event.getThrown());
        }

        /** The message of an exception may have several lines; indented, none of them can pass for another event. */
        private static String trace(Throwable failure) {
            StringWriter text = new StringWriter();
            failure.printStackTrace(new PrintWriter(text));
            return Redaction.secrets(text.toString())
                    .lines()
                    .limit(MOST_TRACE_LINES)
                    .map(line -> "\t" + Redaction.line(line.strip(), LONGEST_LINE) + "\n")
                    .collect(Collectors.joining());
        }
    }

    /** Collects what is printed until the line ends. Used under the lock of its {@link PrintStream}. */
    private static final class Lines extends OutputStream {
        /** What goes on for longer without an end is printed as several lines. */
        private static final int MOST_BYTES = 65_536;

        private final PrintStream to;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(PrintStream to) {
            this.to = to;
        }

        @Override
        public void write(int next) {
            if (next == '\n' || line.size() >= MOST_BYTES) {
                to.println(Redaction.line(line.toString(UTF_8), LONGEST_LINE));
                line.reset();
            }
            if (next != '\n') {
                line.write(next);
            }
        }
    }
}
