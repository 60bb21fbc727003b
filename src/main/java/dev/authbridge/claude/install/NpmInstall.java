package dev.authbridge.claude.install;

import dev.authbridge.claude.CertificateVariables;
import dev.authbridge.core.Variables;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs {@code npm install} for one package, watches whether it makes progress, and ends it if it does not.
 *
 * <p>Each failed attempt makes it more patient with the network. Its messages are the end of a sentence, without a full stop.
 * Used by one thread at a time.
 */
final class NpmInstall {
    private static final long LOOK_MILLIS = 500;

    /** An npm that has begun to unpack, and then unpacks nothing for this long, hangs. */
    private static final Duration STALLED_AFTER = Duration.ofMinutes(3);

    /** npm's own limit for a registry that does not answer; it doubles with each attempt, for slow networks. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(7);

    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(2);

    /** npm itself takes this long to start, before its own limit begins to count. */
    private static final Duration NPM_STARTS_WITHIN = Duration.ofMillis(1_500);

    /** The time between SIGTERM and SIGKILL; what npm still writes after that would be left behind. */
    private static final Duration NPM_ENDS_WITHIN = Duration.ofSeconds(2);

    private final Map<String, String> environment;
    private Duration patience = FIRST_PATIENCE;

    /** Told how npm gets on, on the thread that called {@link #run}. */
    interface Listener {
        /** The first bytes are unpacked. */
        void begun();

        /**
         * Called about twice a second.
         *
         * @param bytes how much is unpacked so far; never less than the time before
         */
        void unpacked(long bytes);
    }

    /** @param environment the server's own; npm gets it without the variables for the bridge and for Claude */
    NpmInstall(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Installs a package into a folder. Blocks; npm is ended when this thread is interrupted, and when the JVM stops.
     *
     * @param wanted the package with its version
     * @return what npm printed, which may name a cause although npm ended without an error
     * @throws IOException if npm is missing or fails; the message says why and what to do
     */
    NpmOutput run(String wanted, Path folder, Listener listener) throws IOException, InterruptedException {
        try {
            return attempt(wanted, folder, listener);
        } catch (IOException e) {
            Duration twice = patience.multipliedBy(2);
            patience = twice.compareTo(LONGEST_PATIENCE) < 0 ? twice : LONGEST_PATIENCE;
            throw e;
        }
    }

    private NpmOutput attempt(String wanted, Path folder, Listener listener) throws IOException, InterruptedException {
        // With this file there, npm installs into its working folder. With --prefix it would look below that prefix for
        // the machine's own npmrc (registry, proxy, certificates), too, and not find it.
        Files.writeString(folder.resolve("package.json"), "{}");
        long atFirst = bytes(folder);
        Process npm = start(wanted, folder);
        Thread whenStopped = new Thread(() -> end(npm));
        try {
            Runtime.getRuntime().addShutdownHook(whenStopped);
        } catch (IllegalStateException e) {
            end(npm);
            throw new IOException("the server is stopping", e);
        }
        NpmOutput said = new NpmOutput(wanted);
        Thread reader = new Thread(() -> read(npm, said), "npm");
        reader.setDaemon(true);
        reader.start();
        try {
            watch(npm, folder, atFirst, listener);
            reader.join(LOOK_MILLIS);
            synchronized (said) {
                if (npm.exitValue() != 0 || said.hopeless()) {
                    throw new IOException(said.cause());
                }
            }
            return said;
        } finally {
            removeHook(whenStopped);
            end(npm);
            if (!npm.waitFor(NPM_ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                npm.descendants().forEach(ProcessHandle::destroyForcibly);
                npm.destroyForcibly();
            }
        }
    }

    private Process start(String wanted, Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        program().toString(),
                        "install",
                        "--no-save",
                        "--no-global",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--no-update-notifier",
                        "--no-progress",
                        // The program needs no Node.js.
                        "--engine-strict=false",
                        // npm would try again without a word; the bridge does so itself, and says why.
                        "--fetch-retries=0",
                        "--fetch-timeout=" + patience.toMillis(),
                        wanted))
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true);
        builder.environment().clear();
        // The variables of certificates with absolute paths, and the options of Node.js as they are.
        builder.environment().putAll(CertificateVariables.passedOn(environment));
        environment.forEach((name, value) -> {
            if (!CertificateVariables.isPath(name)) {
                builder.environment().put(name, value);
            }
        });
        CertificateVariables.extraForNode(environment)
                .ifPresent(file -> builder.environment().put(CertificateVariables.EXTRA, file));
        builder.environment().keySet().removeIf(name -> name.startsWith("CLAUDE_") || name.startsWith("ANTHROPIC_"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException("npm cannot be run (" + e.getMessage() + "). Install Node.js with npm anew", e);
        }
    }

    /** Java itself would look for npm on the PATH of its own process only. */
    private Path program() throws IOException {
        return new Variables(environment)
                .program("npm")
                .orElseThrow(() -> new IOException("npm is missing. Install Node.js with npm"));
    }

    /**
     * Looks at the folder until npm has ended.
     *
     * @param atFirst bytes in the folder before npm was started
     * @throws IOException if nothing has come for too long
     */
    private void watch(Process npm, Path folder, long atFirst, Listener listener)
            throws IOException, InterruptedException {
        long moved = System.nanoTime();
        long most = atFirst;
        while (!npm.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            long bytes = bytes(folder);
            if (bytes > most) {
                if (most == atFirst) {
                    listener.begun();
                }
                most = bytes;
                moved = now;
            }
            listener.unpacked(most - atFirst);
            // npm's own limit begins with the TLS connection, so npm would wait for ever for one that is never made.
            boolean begun = most > atFirst;
            Duration limit = begun ? STALLED_AFTER : patience.plus(NPM_STARTS_WITHIN);
            if (now - moved > limit.toNanos()) {
                throw new IOException(
                        begun
                                ? "nothing has come from npm's registry for " + limit.toMinutes()
                                        + " minutes. Check the network of this machine"
                                : NpmOutput.notReached("no answer within " + limit.toSeconds() + " s"));
            }
        }
    }

    private static void read(Process npm, NpmOutput said) {
        try (BufferedReader lines = npm.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (said) {
                    said.read(line);
                    if (said.hopeless()) {
                        end(npm);
                    }
                }
            }
        } catch (IOException e) {
            // npm was ended, and its output with it.
            return;
        }
    }

    private static void end(Process npm) {
        npm.descendants().forEach(ProcessHandle::destroy);
        npm.destroy();
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is stopping, and the hook is what ends npm.
            return;
        }
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(
                            file -> file.toFile().isFile() ? file.toFile().length() : 0)
                    .sum();
        } catch (UncheckedIOException e) {
            // npm moves its files about while they are counted.
            return 0;
        }
    }
}
