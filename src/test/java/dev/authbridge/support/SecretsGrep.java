package dev.authbridge.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/**
 * Searches for secrets where there may be none: logs, frames to the browser, files, process arguments.
 *
 * <p>While it is open it collects all log records, those of the bridge at every level. A test adds the secrets of its run with
 * {@link #secret}; {@code sk-ant-} is always searched for. May be used by several threads. Its failures name the place, never
 * the secret.
 */
public final class SecretsGrep implements AutoCloseable {
    private static final String TOKEN_MARK = "sk-ant-";

    private final Logger root = Logger.getLogger("");
    private final Logger own = Logger.getLogger("dev.authbridge");
    private final Level levelBefore = own.getLevel();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private final Set<String> found = new ConcurrentSkipListSet<>();
    private final Handler collector = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord event) {
            log.add(formatter.format(event));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private SecretsGrep() {
        secrets.add(TOKEN_MARK);
        collector.setLevel(Level.ALL);
        root.addHandler(collector);
        own.setLevel(Level.ALL);
    }

    /** Starts to collect the log. */
    public static SecretsGrep open() {
        return new SecretsGrep();
    }

    /** Adds a secret of this run: a code, a key, an authorization URL. */
    public SecretsGrep secret(String secret) {
        secrets.add(secret);
        return this;
    }

    /** Every line logged so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** Searches a text. */
    public SecretsGrep search(String where, String text) {
        for (String secret : secrets) {
            if (text.contains(secret)) {
                found.add(where + (secret.equals(TOKEN_MARK) ? " has " + TOKEN_MARK : " has a code, key or address"));
            }
        }
        return this;
    }

    /** Searches the names and contents of all files of a folder. */
    public SecretsGrep searchFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                search("the name of a file in " + folder, file.toString());
                if (Files.isRegularFile(file)) {
                    search("file " + file, Files.readString(file, ISO_8859_1));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot search " + folder, e);
        }
        return this;
    }

    /** Searches the arguments of this process and its descendants. */
    public SecretsGrep searchProcessArguments() {
        return search("the arguments of a process", Processes.arguments());
    }

    /** Searches the log, too, and fails with the places where a secret was found. */
    public void assertNothingFound() {
        List<String> lines = new ArrayList<>(log);
        for (String line : lines) {
            search("the log", line);
        }
        if (!found.isEmpty()) {
            throw new AssertionError("secrets found: " + found);
        }
    }

    @Override
    public void close() {
        root.removeHandler(collector);
        own.setLevel(levelBefore);
    }
}
