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
 * The tools that integration tests need besides the JDK, and that not every machine has.
 *
 * <p>{@code src/test/setup/install} installs them before the tests run, and records which ones it could not install. Tests that
 * need one of those are skipped, and {@code src/test/setup/report} says so at the end of the build. If the script did not run,
 * as in an IDE, all tools are assumed to be there. Safe for any thread, and for several JVMs at once.
 */
public enum Tool {
    CHROMIUM,
    FIREFOX,
    WEBKIT,
    TMUX,
    NGINX,
    HAPROXY,
    FISH,
    /** Node.js and the npm packages: the real CLIs, the reference terminal, the browser driver. */
    NPM,
    /** Permission to mount file systems, as root has it. Nothing installs that, so it is tried out when it is first needed. */
    MOUNT;

    private static Optional<Boolean> mounts = Optional.empty();

    /** Why it is missing; empty if it is there. */
    Optional<String> missing() {
        if (this == MOUNT) {
            tryToMount();
        }
        Path note = setup().resolve("missing").resolve(fileName());
        try {
            return Files.exists(note) ? Optional.of(Files.readAllLines(note).get(0)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized void tryToMount() {
        if (mounts.isPresent()) {
            return;
        }
        Path note = setup().resolve("missing").resolve(MOUNT.fileName());
        try {
            Files.deleteIfExists(note);
            Path folder = Files.createTempDirectory("mount-");
            try {
                SmallDisk.on(folder).close();
                mounts = Optional.of(true);
            } catch (IOException e) {
                mounts = Optional.of(false);
                Files.createDirectories(note.getParent());
                Files.writeString(
                        note, "no file system can be mounted\nRun the build as root, outside of a container.\n");
            } finally {
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Records the skipped tests for the report at the end of the build. */
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
     * Skips the running test if the tool is missing. Called by the classes that use a tool, so that a test without the
     * annotation {@link Needs} is skipped, too.
     *
     * @throws TestAbortedException if it is missing
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
