package dev.authbridge.claude;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Installs the Claude CLI through npm into the data folder, for machines that have none.
 *
 * <p>It installs the platform's own program alone, the package that {@code @anthropic-ai/claude-code} has as an optional
 * dependency: npm drops an optional package that it cannot fetch, without an error, and leaves it out where its
 * configuration says {@code omit=optional}. Install scripts are not run.
 */
public final class ClaudeInstallation {
    /** The version that this bridge was measured with; the resource {@code version} is the one place that names it. */
    public static final String VERSION = version();

    /** What the program takes on the disk: 402 million bytes for linux-x64, 2.1.332 (measured). */
    static final long MEGABYTES = 402;

    private static final String UNFINISHED = "unfinished-";
    private static final long MEGABYTE = 1_000_000;
    private static final long LOOK_MILLIS = 500;
    private static final Duration TELL_EACH = Duration.ofSeconds(3);
    /** An npm that unpacks nothing for so long hangs. */
    private static final Duration STALLED_AFTER = Duration.ofMinutes(3);
    /** npm's own patience with a registry that does not answer; it doubles with each attempt, for slow networks. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(7);

    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(2);
    /** For npm itself to start, which counts before its patience does. */
    private static final Duration NPM_STARTS_WITHIN = Duration.ofMillis(1_500);
    /** After SIGTERM; what it still writes would be left behind. */
    private static final Duration NPM_ENDS_WITHIN = Duration.ofSeconds(2);

    private final Path dataFolder;
    private final Map<String, String> environment;
    private final PrintStream terminal;
    private Duration patience = FIRST_PATIENCE;
    private volatile Progress progress = new Progress(0, MEGABYTES * MEGABYTE);

    /**
     * How far an installation is.
     *
     * @param done bytes unpacked
     * @param total bytes that the whole is expected to have; {@code done} is never more
     */
    public record Progress(long done, long total) {}

    /**
     * @param dataFolder the server's own folder
     * @param environment the server's own; npm gets it without what is for the bridge and for Claude
     * @param terminal told how far it is, a line every three seconds
     */
    public ClaudeInstallation(Path dataFolder, Map<String, String> environment, PrintStream terminal) {
        this.dataFolder = dataFolder;
        this.environment = Map.copyOf(environment);
        this.terminal = terminal;
    }

    private static String version() {
        try (InputStream resource = ClaudeInstallation.class.getResourceAsStream("version")) {
            return new String(resource.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the data folder keeps its own CLI, with a {@code node_modules} below it. */
    static Path folder(Path dataFolder) {
        return dataFolder.resolve("cli").resolve(VERSION);
    }

    /** How far the installation that is under way is. */
    public Progress progress() {
        return progress;
    }

    /**
     * Installs the CLI. It appears whole or not at all, also when the machine goes down meanwhile, and only after it has
     * said its version. Blocks; ends npm when it is interrupted.
     *
     * @param goesOn told, on this thread, once the first bytes are unpacked
     * @throws IOException if npm is missing or fails; the message says why and what to do, in whole sentences
     */
    public void install(Runnable goesOn) throws IOException, InterruptedException {
        progress = new Progress(0, MEGABYTES * MEGABYTE);
        Path folder = folder(dataFolder);
        try {
            installInto(folder, goesOn);
        } catch (FileSystemException e) {
            throw failed(meaning(e));
        }
    }

    private void installInto(Path folder, Runnable goesOn) throws IOException, InterruptedException {
        Files.createDirectories(folder.getParent());
        HeldFolder unfinished = HeldFolder.create(folder.getParent(), UNFINISHED + VERSION + "-");
        try {
            terminal.println("Installing the Claude CLI " + VERSION + " (about " + MEGABYTES + " MB) through npm into "
                    + folder);
            // The folder itself stays held to the end, so what moves is a folder in it.
            Path installed = Files.createDirectory(unfinished.path().resolve("installed"));
            NpmOutput said = runNpm(installed, goesOn);
            requireThatItRuns(installed, said);
            moveInPlace(installed, folder);
            terminal.println("The Claude CLI " + VERSION + " is installed.");
        } finally {
            unfinished.remove();
        }
    }

    /** Removes what servers that were killed while they installed left in the data folder. */
    void removeLeftovers() {
        Path parent = folder(dataFolder).getParent();
        if (Files.isDirectory(parent)) {
            HeldFolder.removeAbandoned(parent, UNFINISHED);
        }
    }

    private NpmOutput runNpm(Path folder, Runnable goesOn) throws IOException, InterruptedException {
        String wanted = ClaudeLookup.PLATFORM_PACKAGE + "@" + VERSION;
        // With this, npm installs into its working folder. Told by --prefix to do so, it would look for the machine's
        // own npmrc (registry, proxy, certificates) below that prefix, too, and not find it.
        Files.writeString(folder.resolve("package.json"), "{}");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        npm().toString(),
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
                        // npm would try again in silence; this class does so, and says why.
                        "--fetch-retries=0",
                        "--fetch-timeout=" + patience.toMillis(),
                        wanted))
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().keySet().removeIf(name -> name.startsWith("CLAUDE_") || name.startsWith("ANTHROPIC_"));
        long atFirst = bytes(folder);
        Process npm = started(builder);
        Thread whenStopped = new Thread(() -> end(npm));
        try {
            Runtime.getRuntime().addShutdownHook(whenStopped);
        } catch (IllegalStateException e) {
            end(npm);
            throw failed("the server is stopping");
        }
        NpmOutput said = new NpmOutput(wanted);
        Thread reader = new Thread(() -> read(npm, said), "npm");
        reader.setDaemon(true);
        reader.start();
        try {
            watch(npm, folder, atFirst, goesOn);
            reader.join(LOOK_MILLIS);
            synchronized (said) {
                if (npm.exitValue() != 0 || said.hopeless()) {
                    beMorePatient();
                    throw failed(said.cause());
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

    private void beMorePatient() {
        Duration twice = patience.multipliedBy(2);
        patience = twice.compareTo(LONGEST_PATIENCE) < 0 ? twice : LONGEST_PATIENCE;
    }

    private static Process started(ProcessBuilder npm) throws IOException {
        try {
            return npm.start();
        } catch (IOException e) {
            throw failed("npm cannot be run (" + e.getMessage() + "). Install Node.js with npm anew");
        }
    }

    /**
     * Looks how far npm is until it ends.
     *
     * @param atFirst bytes in the folder before npm was started
     */
    private void watch(Process npm, Path folder, long atFirst, Runnable goesOn)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        long told = begun;
        long moved = begun;
        long most = atFirst;
        while (!npm.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            long bytes = bytes(folder);
            if (bytes > most) {
                if (most == atFirst) {
                    goesOn.run();
                }
                most = bytes;
                moved = now;
                progress = new Progress(Math.min(most, MEGABYTES * MEGABYTE), MEGABYTES * MEGABYTE);
            }
            if (now - told >= TELL_EACH.toNanos()) {
                told = now;
                terminal.println("  " + TimeUnit.NANOSECONDS.toSeconds(now - begun) + " s: "
                        + progress.done() / MEGABYTE + " of about " + MEGABYTES + " MB unpacked");
            }
            // npm's own patience begins with the TLS connection, so it would wait for ever for one that is never made.
            if (most == atFirst
                    && now - begun > patience.plus(NPM_STARTS_WITHIN).toNanos()) {
                long seconds = patience.plus(NPM_STARTS_WITHIN).toSeconds();
                beMorePatient();
                throw failed(NpmOutput.notReached("no answer within " + seconds + " s"));
            }
            if (now - moved > STALLED_AFTER.toNanos()) {
                throw failed("nothing has come from npm's registry for " + STALLED_AFTER.toMinutes()
                        + " minutes. Check the network of this machine");
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

    /** npm may end well and have left out or damaged what it could not fetch or unpack. */
    private void requireThatItRuns(Path installed, NpmOutput said) throws IOException {
        Path program = ClaudeLookup.platformProgram(installed);
        if (!Files.isExecutable(program)) {
            throw failed("npm ended without an error and without the program (" + ClaudeLookup.PLATFORM_PACKAGE + "): "
                    + said.cause());
        }
        Optional<String> version;
        try {
            version = CliAnswer.to(new ClaudeCommand(List.of(program.toString())), "--version", environment)
                    .flatMap(CliAnswer::version);
        } catch (IOException e) {
            throw failed("the program that npm brought cannot be run (" + e.getMessage() + "). Where " + dataFolder
                    + " is mounted with noexec, name another folder in CLAUDE_CREDENTIALS_PATH");
        }
        if (!version.equals(Optional.of(VERSION))) {
            throw failed("the program that npm brought does not run on this machine: asked for its version, it said "
                    + version.orElse("nothing") + ". It needs a processor with AVX and a Linux with glibc");
        }
    }

    /** What the bridge itself could not do in the data folder, before npm was started or after it ended. */
    private String meaning(FileSystemException e) {
        String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        if (e instanceof AccessDeniedException) {
            reason = "Permission denied";
        }
        if (reason.contains("No space left") || reason.contains("quota")) {
            return NpmOutput.diskFull(reason);
        }
        return "the server cannot write to " + e.getFile() + " (" + reason
                + "). Make the folder writable for the server's user, or name another one in CLAUDE_CREDENTIALS_PATH";
    }

    private static IOException failed(String cause) {
        return new IOException("The Claude CLI could not be installed: " + cause
                + ". Or install the CLI yourself and name it in CLAUDE_COMMAND.");
    }

    /** Java would look for it on the PATH of its own process only. */
    private Path npm() throws IOException {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "npm"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> failed("npm is missing. Install Node.js with npm"));
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The machine is stopping, and the hook is what ends npm.
            return;
        }
    }

    /**
     * Another server may have been quicker: its installation is as good. One that has lost its program is replaced; it would
     * be in the way of every further attempt.
     */
    private static void moveInPlace(Path installed, Path folder) throws IOException {
        if (Files.isExecutable(ClaudeLookup.platformProgram(folder))) {
            return;
        }
        if (Files.exists(folder)) {
            Files.walkFileTree(folder, new RemovingVisitor());
        }
        try {
            Files.move(installed, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isExecutable(ClaudeLookup.platformProgram(folder))) {
                throw e;
            }
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
