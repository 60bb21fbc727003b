package dev.authbridge.claude;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Installs the Claude CLI through npm into the data folder, for machines that have none. Blocks.
 *
 * <p>Install scripts are not run: the platform's own program comes in a package of its own and is called directly.
 */
public final class ClaudeInstallation {
    /** The version that this bridge was measured with; the resource {@code version} is the one place that names it. */
    public static final String VERSION = version();

    private static final String UNFINISHED = "unfinished-";
    private static final long MEGABYTE = 1_000_000;
    private static final long WHOLE_MEGABYTES = 382;
    private static final long STEP_SECONDS = 3;
    private static final long LIMIT_SECONDS = 900;

    private final Path dataFolder;
    private final PrintStream progress;

    /**
     * @param dataFolder the server's own folder
     * @param progress told how far it is, a line a step
     */
    public ClaudeInstallation(Path dataFolder, PrintStream progress) {
        this.dataFolder = dataFolder;
        this.progress = progress;
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

    /**
     * Installs the CLI. It appears whole or not at all, also when the machine goes down meanwhile.
     *
     * @throws IOException if npm is missing or fails; the message says what to do
     */
    public void install() throws IOException {
        Path folder = folder(dataFolder);
        Files.createDirectories(folder.getParent());
        HeldFolder unfinished = HeldFolder.create(folder.getParent(), UNFINISHED + VERSION + "-");
        try {
            progress.println("Installing the Claude CLI " + VERSION + " (about " + WHOLE_MEGABYTES
                    + " MB) through npm into " + folder);
            // The folder itself stays held to the end, so what moves is a folder in it.
            Path installed = Files.createDirectory(unfinished.path().resolve("installed"));
            runNpm(installed, unfinished.path().resolve("npm.log"));
            moveInPlace(installed, folder);
            progress.println("The Claude CLI " + VERSION + " is installed.");
        } finally {
            unfinished.remove();
        }
    }

    /** Removes what servers that were killed while they installed left in the data folder. */
    public static void removeLeftovers(Path dataFolder) {
        Path parent = folder(dataFolder).getParent();
        if (Files.isDirectory(parent)) {
            HeldFolder.removeAbandoned(parent, UNFINISHED);
        }
    }

    private void runNpm(Path folder, Path said) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "npm",
                        "install",
                        "--prefix",
                        folder.toString(),
                        "--no-save",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "@anthropic-ai/claude-code@" + VERSION))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        // npm needs much of the environment, but none of the server's keys.
        builder.environment().keySet().removeIf(name -> name.startsWith("CLAUDE_") || name.startsWith("ANTHROPIC_"));
        Process npm;
        try {
            npm = builder.start();
        } catch (IOException e) {
            throw new IOException(
                    "npm is missing. Install Node.js with npm, or install the Claude CLI yourself and name it in"
                            + " CLAUDE_COMMAND.",
                    e);
        }
        Thread whenStopped = new Thread(npm::destroy);
        Runtime.getRuntime().addShutdownHook(whenStopped);
        try {
            for (long seconds = STEP_SECONDS; !npm.waitFor(STEP_SECONDS, TimeUnit.SECONDS); seconds += STEP_SECONDS) {
                progress.println("  " + seconds + " s: " + Math.min(megabytes(folder), WHOLE_MEGABYTES) + " of about "
                        + WHOLE_MEGABYTES + " MB unpacked");
                if (seconds > LIMIT_SECONDS) {
                    throw new IOException("npm did not finish within " + LIMIT_SECONDS + " s.");
                }
            }
            if (npm.exitValue() != 0) {
                throw new IOException("npm could not install the Claude CLI: " + lastLine(said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the Claude CLI was installed.", e);
        } finally {
            npm.destroy();
            removeHook(whenStopped);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The machine is stopping, and the hook is what ends npm.
            return;
        }
    }

    private static String lastLine(Path said) throws IOException {
        try (Stream<String> lines = Files.lines(said)) {
            return lines.filter(line -> line.contains("error"))
                    .filter(line -> !line.contains("A complete log"))
                    .findFirst()
                    .orElse("see its own log");
        }
    }

    /** Another server may have been quicker; its installation is as good. */
    private static void moveInPlace(Path installed, Path folder) throws IOException {
        try {
            Files.move(installed, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException e) {
            if (!Files.exists(folder)) {
                throw e;
            }
        }
    }

    private static long megabytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file ->
                                    file.toFile().isFile() ? file.toFile().length() : 0)
                            .sum()
                    / MEGABYTE;
        } catch (UncheckedIOException e) {
            // npm moves its files about while they are counted.
            return 0;
        }
    }
}
