package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.StrictModes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the Claude CLI: as configured, else {@code node_modules/.bin/claude} of the working folder, then the data
 * folder's own, then the {@code PATH}.
 *
 * <p>A CLI in the working folder or in the data folder is used only if no other user can change it, see {@link #passedOver}: the
 * server may be started in a folder that is not its user's own.
 *
 * <p>It looks each time it is asked, so that a CLI which is installed while the server runs is found. Blocks for a few file look-ups.
 */
public final class ClaudeLookup {
    /** The npm package with this machine's own program, named {@code claude}. */
    static final String PLATFORM_PACKAGE = platformPackage();

    private final Optional<String> configured;
    private final Path workingFolder;
    private final Path dataFolder;
    private final String searchPath;

    /**
     * @param configured {@code CLAUDE_COMMAND}: a program, or a program with arguments, separated by blanks
     * @param workingFolder where the server was started
     * @param dataFolder where {@link ClaudeInstallation} puts a CLI of its own
     * @param searchPath {@code PATH}
     */
    public ClaudeLookup(Optional<String> configured, Path workingFolder, Path dataFolder, String searchPath) {
        this.configured = configured;
        this.workingFolder = workingFolder;
        this.dataFolder = dataFolder;
        this.searchPath = searchPath;
    }

    /** The CLI to run; empty if there is none. */
    public Optional<ClaudeCommand> find() {
        return configured.isPresent() ? configured() : found().map(program -> new ClaudeCommand(List.of(program)));
    }

    private Optional<ClaudeCommand> configured() {
        String text = configured.get().strip();
        Optional<String> whole = program(text);
        if (whole.isPresent()) {
            return whole.map(program -> new ClaudeCommand(List.of(program)));
        }
        List<String> words = new ArrayList<>(Arrays.asList(text.split("\\s+")));
        return program(words.get(0)).map(program -> {
            words.set(0, program);
            return new ClaudeCommand(words);
        });
    }

    private Optional<String> program(String name) {
        if (name.contains(File.separator)) {
            return Optional.of(workingFolder.resolve(name))
                    .filter(ClaudeLookup::runs)
                    .map(ClaudeLookup::real);
        }
        return onPath(name);
    }

    private Optional<String> found() {
        return npms(workingFolder)
                .filter(program -> faults(workingFolder, workingFolder).isEmpty())
                .or(() -> npms(ClaudeInstallation.folder(dataFolder))
                        .filter(program -> faultsInDataFolder().isEmpty()))
                .or(() -> onPath("claude"));
    }

    /**
     * Why a CLI in the working folder or the data folder is not used although it is there: a sentence for each thing that
     * lets other users change it. Empty if there is no such CLI, or if another one is configured.
     */
    public List<String> passedOver() {
        if (configured.isPresent()) {
            return List.of();
        }
        return Stream.concat(faults(workingFolder, workingFolder).stream(), faultsInDataFolder().stream())
                .distinct()
                .toList();
    }

    /** What lets other users change the CLI in the data folder; a sentence for each fault. */
    public List<String> faultsInDataFolder() {
        return faults(dataFolder, ClaudeInstallation.folder(dataFolder));
    }

    /** @param top the folders that lead to it do not count */
    private static List<String> faults(Path top, Path folder) {
        Optional<String> program = npms(folder);
        if (program.isEmpty()) {
            return List.of();
        }
        StrictModes modes = StrictModes.ofThisProcess();
        return Stream.of(link(folder), platformProgram(folder), Path.of(program.get()))
                .flatMap(file -> modes.faultsBelow(top, file).stream())
                .distinct()
                .toList();
    }

    private static Path link(Path folder) {
        return folder.resolve("node_modules/.bin/claude");
    }

    /** The program that npm installed below this folder: the package with its link, or the platform's own program alone. */
    private static Optional<String> npms(Path folder) {
        return runnable(link(folder)).or(() -> Optional.of(platformProgram(folder))
                .filter(ClaudeLookup::runs)
                .map(ClaudeLookup::real));
    }

    private Optional<String> onPath(String name) {
        return Arrays.stream(searchPath.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> workingFolder.resolve(folder).resolve(name))
                .flatMap(link -> runnable(link).stream())
                .findFirst();
    }

    /**
     * The program to run for a link that npm made. If npm ran without install scripts, the link leads to a stub, and the
     * platform's own program is in a package beside it (2.1.150 and newer, measured).
     */
    private static Optional<String> runnable(Path link) {
        if (!Files.exists(link)) {
            return Optional.empty();
        }
        Path real = Path.of(real(link));
        Path bin = real.getParent();
        if (bin != null && bin.endsWith(Path.of("@anthropic-ai", "claude-code", "bin"))) {
            Path cli = bin.getParent();
            Path name = Path.of(PLATFORM_PACKAGE).getFileName();
            Optional<Path> own = Stream.of(cli.resolveSibling("."), cli.resolve("node_modules/@anthropic-ai"))
                    .map(packages -> packages.resolve(name).resolve("claude"))
                    .filter(ClaudeLookup::runs)
                    .findFirst();
            if (own.isPresent()) {
                return own.map(ClaudeLookup::real);
            }
        }
        return Optional.of(real).filter(ClaudeLookup::runs).map(Path::toString);
    }

    /** The path of this platform's own program, below a folder that npm installed into. */
    static Path platformProgram(Path folder) {
        return folder.resolve("node_modules").resolve(PLATFORM_PACKAGE).resolve("claude");
    }

    private static String platformPackage() {
        String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        return "@anthropic-ai/claude-code-" + system + "-" + processor;
    }

    private static boolean runs(Path program) {
        return Files.isRegularFile(program) && Files.isExecutable(program);
    }

    private static String real(Path program) {
        try {
            return program.toRealPath().toString();
        } catch (IOException e) {
            return program.toAbsolutePath().normalize().toString();
        }
    }
}
