package dev.authbridge.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * What integration tests need besides the JDK and is not there on every machine.
 *
 * <p>{@code src/test/setup/install} installs these before the tests run, and notes which it could not. Tests that need one
 * of those are left out, and {@code src/test/setup/report} says so at the end of the build. Where the script did not run, as
 * in an IDE, everything is taken to be there. Safe for any thread, and for several JVMs at once.
 */
public enum Tool {
    CHROMIUM,
    FIREFOX,
    WEBKIT,
    TMUX,
    /** What comes through npm: the real CLIs, the terminal oracle, the browser driver. */
    NPM;

    /** Why it is missing; empty where it is there. */
    Optional<String> missing() {
        Path note = setup().resolve("missing").resolve(fileName());
        try {
            return Files.exists(note) ? Optional.of(Files.readAllLines(note).get(0)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the report at the end of the build. */
    void noteLeftOut(Class<?> testClass, long testMethods) {
        try {
            Path folder = Files.createDirectories(setup().resolve("left-out"));
            Files.writeString(
                    folder.resolve(fileName()),
                    testClass.getName() + " " + testMethods + "\n",
                    UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Leaves the running test out where the tool is missing. For the classes that use a tool: a test that did not say that it
     * {@link Needs} the tool is then left out, too.
     *
     * @throws TestAbortedException where it is missing
     */
    public void require(Class<?> user) {
        missing().ifPresent(reason -> {
            noteLeftOut(user, 1);
            throw new TestAbortedException(this + " is missing: " + reason);
        });
    }

    private String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Path setup() {
        return Path.of(System.getProperty("bridge.target", "target"), "setup");
    }
}
