package dev.authbridge.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.credential.Credential;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes a HOME in which a fresh Claude starts without its onboarding wizard, which it shows whatever the token (measured).
 * The credential itself is not in it.
 */
@Command(
        name = "bundle",
        description = {
            "Makes a HOME in which a fresh Claude starts without its onboarding wizard, and says how to start it.",
            "The credential is not in it: exec passes it on."
        })
final class Bundle implements Callable<Integer> {
    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Parameters(paramLabel = "FOLDER", description = "The new HOME; must not be there, or be empty.")
    private Path home;

    @Option(
            names = "--trust",
            paramLabel = "FOLDER",
            description = "A folder that Claude need not ask about, as its path is in the sandbox. Trusted means that"
                    + " Claude runs what its settings name. May be given again.")
    private List<Path> trusted = List.of();

    Bundle(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        Optional<Credential> credential = here.vault().read(whose.owner());
        Path folder = home.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder, PRIVATE_FOLDER);
            requireEmpty(folder);
            Files.createDirectory(folder.resolve(".claude"), PRIVATE_FOLDER);
            write(folder.resolve(".claude.json"), state());
            write(folder.resolve(".claude/settings.json"), settings(credential));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "Could not make " + folder + ": " + e.getMessage());
        }
        here.out().println("Made " + folder + ". Start Claude in it with:");
        here.out()
                .println("  " + OwnJar.command() + " exec" + ownerArgument() + " -- env -u CLAUDE_CONFIG_DIR HOME="
                        + OwnJar.quoted(folder.toString()) + " claude");
        if (credential.isEmpty()) {
            here.err().println("Note: " + whose.owner() + " is signed out.");
        }
        return ExitCode.DONE;
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new IOException("it is not empty, and nothing in it is to be overwritten");
            }
        }
    }

    /** What {@code .claude.json} has to say so that nothing is asked at the first start. */
    private Map<String, Object> state() throws CommandFailure {
        Map<String, Object> projects = new LinkedHashMap<>();
        for (Path project : trusted) {
            if (!project.isAbsolute()) {
                throw new CommandFailure(ExitCode.USAGE, "--trust needs an absolute path");
            }
            projects.put(project.normalize().toString(), Map.of("hasTrustDialogAccepted", true));
        }
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("hasCompletedOnboarding", true);
        state.put("projects", projects);
        return state;
    }

    /**
     * An API key in the environment is asked about at an interactive start; one from a helper is not. The helper is told
     * where the vault is, since this HOME is not the user's.
     */
    private Map<String, Object> settings(Optional<Credential> credential) throws CommandFailure {
        if (credential.filter(it -> it.kind() == ClaudeCredential.API_KEY).isEmpty()) {
            return Map.of();
        }
        return Map.of(
                "apiKeyHelper",
                "CLAUDE_CREDENTIALS_PATH=" + OwnJar.quoted(here.dataFolder().toString()) + " " + OwnJar.command()
                        + " key-helper" + ownerArgument());
    }

    private String ownerArgument() {
        return whose.owner().name().equals("default") ? "" : " --owner " + whose.owner();
    }

    private static void write(Path file, Map<String, Object> content) throws IOException {
        Files.createFile(file, PRIVATE_FILE);
        Files.writeString(
                file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    }
}
