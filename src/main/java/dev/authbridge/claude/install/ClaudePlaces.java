package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.OneLine;
import dev.authbridge.core.StrictModes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The places where a Claude CLI may be: {@code node_modules/.bin/claude} of the working folder, the data folder's own, and
 * every {@code claude} on the {@code PATH}.
 *
 * <p>A program is called by the name under which it was found, and links are not resolved: what a link leads to may look at
 * that name, as the shims of version managers do.
 *
 * <p>A CLI counts only if no other user can change it, see {@link #passedOver}: the server may be started in a folder that is not
 * its user's own, and the newest CLI wins, so that anybody who can write to any folder of the {@code PATH} could put one there
 * that claims to be newer. If there is no such CLI, the first one on the {@code PATH} counts, which a shell would run, too. All
 * methods block for a few file look-ups.
 */
final class ClaudePlaces {
    private static final int LONGEST_NAME = 300;

    /** The npm package with this machine's own program, named {@code claude}. */
    static final String PLATFORM_PACKAGE = platformPackage();

    private static final int MOST_ON_PATH = 16;

    private final Path workingFolder;
    private final Path dataFolder;
    private final Map<String, String> environment;

    /**
     * @param workingFolder where the server was started
     * @param dataFolder where {@link ClaudeInstallation} puts a CLI of its own
     * @param environment the server's own environment
     */
    ClaudePlaces(Path workingFolder, Path dataFolder, Map<String, String> environment) {
        this.workingFolder = workingFolder;
        this.dataFolder = dataFolder;
        this.environment = Map.copyOf(environment);
    }

    /**
     * A program that may be the CLI.
     *
     * @param command how it is called
     * @param shim of a version manager; empty if it is the CLI itself
     */
    record Candidate(ClaudeCommand command, Optional<Shim> shim) {
        /** Whether a version manager is called by its own name, as in {@code mise exec -- claude}. */
        boolean isManager() {
            return shim.filter(it ->
                            it.program().getFileName().equals(command.program().getFileName()))
                    .isPresent();
        }
    }

    /** All that are there, in the order in which they come if they have the same version. */
    List<Candidate> all() {
        List<Path> programs = new ArrayList<>();
        npms(workingFolder)
                .filter(program -> faults(workingFolder, workingFolder).isEmpty())
                .ifPresent(programs::add);
        npms(ClaudeInstallation.folder(dataFolder))
                .filter(program -> faultsInDataFolder().isEmpty())
                .ifPresent(programs::add);
        List<Path> onPath = onPath("claude");
        onPath.stream().filter(program -> faults(program).isEmpty()).forEach(programs::add);
        if (programs.isEmpty()) {
            onPath.stream().findFirst().ifPresent(programs::add);
        }
        Set<Path> seen = new HashSet<>();
        return programs.stream()
                .map(program -> candidate(program, List.of()))
                .filter(it -> seen.add(identity(it)))
                .toList();
    }

    /** Two links to the same CLI are the same; those to the same version manager are not. */
    private static Path identity(Candidate candidate) {
        Path program = candidate.command().program();
        return candidate.shim().isPresent() ? program : real(program);
    }

    /** @param text a program, or a program with arguments, separated by blanks */
    Optional<Candidate> named(String text) {
        Optional<Path> whole = program(text.strip());
        if (whole.isPresent()) {
            return whole.map(program -> candidate(program, List.of()));
        }
        List<String> words = Arrays.asList(text.strip().split("\\s+"));
        return program(words.get(0)).map(program -> candidate(program, words.subList(1, words.size())));
    }

    private Optional<Path> program(String name) {
        if (name.contains(File.separator)) {
            return Optional.of(workingFolder.resolve(name).toAbsolutePath().normalize())
                    .filter(ClaudePlaces::runs);
        }
        return onPath(name).stream().findFirst();
    }

    /** Why the program of that text cannot be used, as a whole sentence; called if there is none that can. */
    String unusable(String text) {
        String name = text.strip().split("\\s+")[0];
        String named = "CLAUDE_COMMAND names " + OneLine.of(name, LONGEST_NAME) + ", which ";
        if (!name.contains(File.separator)) {
            return named + "is not on the PATH of the server.";
        }
        Path file = workingFolder.resolve(name).toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            return named + "is not there, or lies in a folder that the server's user cannot enter.";
        }
        if (!Files.isRegularFile(file)) {
            return named + "is no file.";
        }
        return ProgramFile.isOnNoexec(file)
                ? named + "lies on a file system that is mounted with noexec."
                : named + "the server's user may not execute: chmod +x.";
    }

    private Candidate candidate(Path program, List<String> arguments) {
        Optional<Shim> shim = Shim.of(program, environment);
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(arguments);
        return new Candidate(
                new ClaudeCommand(words, shim.map(Shim::variables).orElseGet(() -> besideNode(program))), shim);
    }

    /** The CLI that is behind a shim, called without the shim. */
    Optional<ClaudeCommand> behind(Candidate candidate) {
        List<String> words = candidate.command().words();
        boolean manager = candidate.isManager();
        String name =
                Path.of(words.get(manager ? words.size() - 1 : 0)).getFileName().toString();
        return candidate.shim().flatMap(shim -> shim.behind(name, environment)).map(program -> {
            List<String> direct = new ArrayList<>(List.of(program.toString()));
            direct.addAll(manager ? List.of() : words.subList(1, words.size()));
            return new ClaudeCommand(direct, besideNode(program));
        });
    }

    /**
     * The CLI that npm installs may be a script that needs {@code node} on the {@code PATH}. Where version managers such as nvm
     * put it, node is beside it, and on the {@code PATH} of the person's shell only.
     */
    private Map<String, String> besideNode(Path program) {
        Path folder = program.getParent();
        if (folder == null || !runs(folder.resolve("node")) || !onPath("node").isEmpty()) {
            return Map.of();
        }
        String path = environment.getOrDefault("PATH", "");
        return Map.of("PATH", path.isEmpty() ? folder.toString() : path + File.pathSeparator + folder);
    }

    /** Why a CLI does not count although it is there: a sentence for each thing that lets other users change it. */
    List<String> passedOver() {
        Set<Path> used = all().stream().map(it -> it.command().program()).collect(Collectors.toSet());
        return Stream.of(
                        faults(workingFolder, workingFolder).stream(),
                        faultsInDataFolder().stream(),
                        onPath("claude").stream()
                                .filter(program -> !used.contains(program))
                                .flatMap(program -> faults(program).stream()))
                .flatMap(each -> each)
                .distinct()
                .toList();
    }

    /** What lets other users change a program on the {@code PATH}. */
    private static List<String> faults(Path program) {
        return StrictModes.ofThisProcess().faults(program);
    }

    /** What lets other users change the CLI in the data folder; a sentence for each fault. */
    List<String> faultsInDataFolder() {
        return faults(dataFolder, ClaudeInstallation.folder(dataFolder));
    }

    /** @param top the folders that lead to it do not count */
    private static List<String> faults(Path top, Path folder) {
        Optional<Path> program = npms(folder);
        if (program.isEmpty()) {
            return List.of();
        }
        StrictModes modes = StrictModes.ofThisProcess();
        return Stream.of(link(folder), platformProgram(folder), program.get())
                .flatMap(file -> modes.faultsBelow(top, file).stream())
                .distinct()
                .toList();
    }

    private static Path link(Path folder) {
        return folder.resolve("node_modules/.bin/claude");
    }

    /** The program that npm installed below this folder: the package with its link, or the platform's own program alone. */
    private static Optional<Path> npms(Path folder) {
        return runnable(link(folder))
                .or(() -> Optional.of(platformProgram(folder)).filter(ClaudePlaces::runs));
    }

    private List<Path> onPath(String name) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> workingFolder.resolve(folder).resolve(name))
                .flatMap(link -> runnable(link).stream())
                .distinct()
                .limit(MOST_ON_PATH)
                .toList();
    }

    /**
     * The program to run for a link that npm made. If npm ran without install scripts, the link leads to a stub, and the
     * platform's own program is in a package beside it (2.1.150 and newer, measured).
     */
    private static Optional<Path> runnable(Path link) {
        if (!runs(link)) {
            return Optional.empty();
        }
        Path bin = real(link).getParent();
        if (bin != null && bin.endsWith(Path.of("@anthropic-ai", "claude-code", "bin"))) {
            Path cli = bin.getParent();
            Path name = Path.of(PLATFORM_PACKAGE).getFileName();
            Optional<Path> own = Stream.of(cli.resolveSibling("."), cli.resolve("node_modules/@anthropic-ai"))
                    .map(packages -> packages.resolve(name).resolve("claude").normalize())
                    .filter(ClaudePlaces::runs)
                    .findFirst();
            if (own.isPresent()) {
                return own;
            }
        }
        return Optional.of(link.toAbsolutePath().normalize());
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

    static boolean runs(Path program) {
        return Files.isRegularFile(program) && Files.isExecutable(program);
    }

    private static Path real(Path program) {
        try {
            return program.toRealPath();
        } catch (IOException e) {
            return program.toAbsolutePath().normalize();
        }
    }
}
