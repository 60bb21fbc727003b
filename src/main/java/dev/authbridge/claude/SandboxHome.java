package dev.authbridge.claude;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.core.StrictModes;
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

/**
 * A HOME in which a fresh Claude starts without its onboarding wizard, which it shows even if it has a token (measured). No
 * credential is in it.
 *
 * @param trusted folders, as absolute paths in the sandbox, that Claude need not ask about
 * @param apiKeyHelper the command that prints the API key, if there is one: Claude asks about a key in its environment when it
 *     is started by hand, and not about a key from a helper
 * @param bypassAccepted whether its warning about the mode in which it asks for no permission has been answered. The key counts
 *     in the user's settings only, not in a project's, and is the one that the CLI writes when a person accepts (measured with
 *     2.1.150 to 2.1.332)
 */
public record SandboxHome(List<Path> trusted, Optional<String> apiKeyHelper, boolean bypassAccepted) {
    /** What a person has to know who wants to use that mode as root (measured with 2.1.332). */
    public static final String BYPASS_AS_ROOT =
            "As root, Claude refuses Bypass Permissions mode, unless IS_SANDBOX=1 says that it runs in a sandbox.";

    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * Writes it into a folder, readable by its owner alone. Blocks.
     *
     * @param folder must be empty or not exist
     * @throws IOException if it cannot be written, the folder is not empty, or other users could change it or look into it
     */
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder, PRIVATE_FOLDER);
        requireEmpty(folder);
        List<String> faults = StrictModes.ofThisProcess().faultsOfSecret(folder);
        if (!faults.isEmpty()) {
            throw new IOException("it is not safe from other users: " + String.join("; ", faults));
        }
        Files.createDirectory(folder.resolve(".claude"), PRIVATE_FOLDER);
        write(folder.resolve(".claude.json"), state());
        write(folder.resolve(".claude/settings.json"), settings());
    }

    /**
     * The start of a command line that runs Claude in this HOME. Where there is a helper, the key is not in the environment, since
     * Claude would ask about it and suggests "No" (measured with 2.1.332).
     */
    public String command(String quotedFolder) {
        return "env -u CLAUDE_CONFIG_DIR" + (apiKeyHelper.isPresent() ? " -u ANTHROPIC_API_KEY" : "") + " HOME="
                + quotedFolder + " claude"
                + (bypassAccepted ? " --dangerously-skip-permissions" : "");
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new IOException("it is not empty, and nothing in it is to be overwritten");
            }
        }
    }

    /** What {@code .claude.json} has to say so that nothing is asked at the first start. */
    private Map<String, Object> state() {
        Map<String, Object> projects = new LinkedHashMap<>();
        trusted.forEach(
                project -> projects.put(project.normalize().toString(), Map.of("hasTrustDialogAccepted", true)));
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("hasCompletedOnboarding", true);
        state.put("projects", projects);
        return state;
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        apiKeyHelper.ifPresent(command -> settings.put("apiKeyHelper", command));
        if (bypassAccepted) {
            settings.put("skipDangerousModePermissionPrompt", true);
        }
        return settings;
    }

    private static void write(Path file, Map<String, Object> content) throws IOException {
        Files.createFile(file, PRIVATE_FILE);
        Files.writeString(
                file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    }
}
