package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.process.HeldFolder;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

    /** What people can do themselves if there is no CLI; the end of a sentence. */
    public static final String BY_HAND =
            "install @anthropic-ai/claude-code " + VERSION + " through npm, or name the program in CLAUDE_COMMAND";

    /** What the program takes on the disk: 402 million bytes for linux-x64, 2.1.332 (measured). */
    static final long MEGABYTES = 402;

    private static final String UNFINISHED = "unfinished-";
    private static final long MEGABYTE = 1_000_000;
    private static final Duration TELL_EACH = Duration.ofSeconds(3);

    private final Path dataFolder;
    private final Map<String, String> environment;
    private final PrintStream terminal;
    private final NpmInstall npm;
    private volatile Progress progress = new Progress(0, MEGABYTES * MEGABYTE);

    /**
     * How far an installation is.
     *
     * @param done bytes unpacked
     * @param total bytes expected in all; {@code done} is never more
     */
    public record Progress(long done, long total) {}

    /**
     * @param dataFolder the server's own folder
     * @param environment the server's own; npm gets it without the variables for the bridge and for Claude
     * @param terminal gets a line every three seconds that says how far the installation is
     */
    public ClaudeInstallation(Path dataFolder, Map<String, String> environment, PrintStream terminal) {
        this.dataFolder = dataFolder;
        this.environment = Map.copyOf(environment);
        this.terminal = terminal;
        this.npm = new NpmInstall(this.environment);
    }

    private static String version() {
        try (InputStream resource = ClaudeInstallation.class.getResourceAsStream("/dev/authbridge/claude/version")) {
            return new String(resource.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the data folder keeps its own CLI, a folder for each version. */
    public static Path parent(Path dataFolder) {
        return dataFolder.resolve("cli");
    }

    /** Where the data folder keeps this version of its own CLI, with a {@code node_modules} below it. */
    static Path folder(Path dataFolder) {
        return parent(dataFolder).resolve(VERSION);
    }

    /** How far the installation that is under way is. */
    public Progress progress() {
        return progress;
    }

    /**
     * Installs the CLI. It appears complete or not at all, even if the machine goes down meanwhile, and only after it was run
     * once. Blocks; ends npm when this thread is interrupted.
     *
     * @param goesOn called, on this thread, once the first bytes are unpacked
     * @throws IOException if npm is missing or fails; the message says why and what to do, in whole sentences
     */
    public void install(Runnable goesOn) throws IOException, InterruptedException {
        progress = new Progress(0, MEGABYTES * MEGABYTE);
        Path folder = folder(dataFolder);
        try {
            installInto(folder, goesOn);
        } catch (FileSystemException e) {
            throw failed(meaning(e), e);
        } catch (IOException e) {
            throw failed(e.getMessage(), e);
        }
    }

    private static IOException failed(String why, IOException cause) {
        return new IOException(
                "The Claude CLI could not be installed: " + why
                        + ". Alternatively, install the CLI yourself and set CLAUDE_COMMAND to its path.",
                cause);
    }

    private void installInto(Path folder, Runnable goesOn) throws IOException, InterruptedException {
        Files.createDirectories(folder.getParent());
        HeldFolder unfinished = HeldFolder.create(folder.getParent(), UNFINISHED + VERSION + "-");
        try {
            terminal.println("Installing the Claude CLI " + VERSION + " (about " + MEGABYTES + " MB) through npm into "
                    + folder);
            // The unfinished folder stays locked to the end, so a folder in it is what is moved.
            Path installed = Files.createDirectory(unfinished.path().resolve("installed"));
            NpmOutput said = npm.run(ClaudePlaces.PLATFORM_PACKAGE + "@" + VERSION, installed, new Unpacking(goesOn));
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

    /** npm may end without an error although it left out or damaged what it could not fetch or unpack. */
    private void requireThatItRuns(Path installed, NpmOutput said) throws IOException {
        Path program = ClaudePlaces.platformProgram(installed);
        if (Files.exists(program) && ProgramFile.isOnNoexec(program)) {
            throw new IOException("the program that npm brought cannot be run: " + dataFolder
                    + " is mounted with noexec. Name another folder in CLAUDE_CREDENTIALS_PATH");
        }
        if (!Files.isExecutable(program)) {
            throw new IOException("npm ended without an error and without the program (" + ClaudePlaces.PLATFORM_PACKAGE
                    + "): " + said.cause());
        }
        ClaudeTrial.Outcome outcome = new ClaudeTrial(environment, InstantSource.system())
                .outcome(new ClaudeCommand(List.of(program.toString())));
        if (!outcome.version().equals(Optional.of(VERSION))) {
            String answered = outcome.version().orElse(outcome.said());
            throw new IOException("the program that npm brought does not run on this machine: "
                    + outcome.fault()
                            .map(fault -> fault.substring(0, fault.length() - 1))
                            .orElse("asked for its version, it said " + (answered.isEmpty() ? "nothing" : answered)
                                    + ". It needs a processor with AVX and a Linux with glibc"));
        }
    }

    /** What went wrong in the data folder when the bridge itself used it, before npm was started or after it ended. */
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

    /**
     * Another server may have been quicker: its installation is as good. One that has lost its program is replaced; it would
     * be in the way of every further attempt.
     */
    private static void moveInPlace(Path installed, Path folder) throws IOException {
        if (Files.isExecutable(ClaudePlaces.platformProgram(folder))) {
            return;
        }
        if (Files.exists(folder)) {
            HeldFolder.removeTree(folder);
        }
        try {
            Files.move(installed, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isExecutable(ClaudePlaces.platformProgram(folder))) {
                throw e;
            }
        }
    }

    /** Reports how much npm has unpacked: in {@link #progress}, and from time to time on the terminal. */
    private final class Unpacking implements NpmInstall.Listener {
        private final Runnable goesOn;
        private final long begun = System.nanoTime();
        private long toldAt = begun;

        Unpacking(Runnable goesOn) {
            this.goesOn = goesOn;
        }

        @Override
        public void begun() {
            goesOn.run();
        }

        @Override
        public void unpacked(long bytes) {
            progress = new Progress(Math.min(bytes, MEGABYTES * MEGABYTE), MEGABYTES * MEGABYTE);
            long now = System.nanoTime();
            if (now - toldAt >= TELL_EACH.toNanos()) {
                toldAt = now;
                terminal.println("  " + TimeUnit.NANOSECONDS.toSeconds(now - begun) + " s: "
                        + progress.done() / MEGABYTE + " of about " + MEGABYTES + " MB unpacked");
            }
        }
    }
}
