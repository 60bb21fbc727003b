package dev.authbridge.claude.print;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.CliEnvironment;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How {@code claude -p} is called for a prompt, so that it can answer and do nothing else. The options and variables were
 * tried with versions 2.0.77, 2.1.150 and 2.1.330. May be used from any thread.
 */
public final class ClaudePrint {
    /** Without the prompt: everybody on a machine can see arguments. */
    private static final List<String> ARGUMENTS = List.of(
            "-p",
            "--output-format",
            "stream-json",
            "--verbose",
            "--include-partial-messages",
            "--no-session-persistence",
            "--disable-slash-commands",
            "--strict-mcp-config",
            "--setting-sources",
            "user",
            "--tools",
            "");

    private static final Map<String, String> SWITCHES = Map.of(
            // Without it "@/any/file" in a prompt is replaced by that file, in spite of --tools "" (measured).
            "CLAUDE_CODE_DISABLE_ATTACHMENTS", "1",
            "CLAUDE_CODE_DISABLE_CLAUDE_MDS", "1",
            "CLAUDE_CODE_DISABLE_AUTO_MEMORY", "1",
            "CLAUDE_CODE_SKIP_PROMPT_HISTORY", "1",
            // Without it there are 10 tries over 100 s, during which the person sees nothing.
            "CLAUDE_CODE_MAX_RETRIES", "2");

    private final ClaudeCommand.Source source;
    private final Map<String, String> serverEnvironment;
    private final OwnerHomes homes;

    /**
     * @param source the CLI, found anew for each prompt
     * @param serverEnvironment the server's own environment, of which the CLI gets a few variables
     * @param dataFolder holds the owners' HOMEs
     */
    public ClaudePrint(ClaudeCommand.Source source, Map<String, String> serverEnvironment, Path dataFolder) {
        this.source = source;
        this.serverEnvironment = Map.copyOf(serverEnvironment);
        this.homes = new OwnerHomes(dataFolder);
    }

    /**
     * The command that answers one prompt, which it reads from its standard input. Blocks on the disk.
     *
     * @param temporary for what this run alone needs; to be removed after it
     * @throws Refusal {@code cli_not_found}
     */
    public ProcessBuilder command(Owner owner, Credential credential, TemporaryHome temporary)
            throws IOException, Refusal {
        ClaudeCommand command = source.find().orElseThrow(() -> new Refusal(Reason.CLI_NOT_FOUND, source.missing()));
        OwnerHomes.OwnerHome home = homes.of(owner);
        Path empty = Files.createDirectory(temporary.folder().resolve("empty"));
        ProcessBuilder builder = new ProcessBuilder(command.with(ARGUMENTS)).directory(empty.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(
                CliEnvironment.of(serverEnvironment, home.folder(), home.configuration(), temporary.temporary()));
        environment.putAll(command.variables());
        environment.putAll(SWITCHES);
        credential.sandboxVariables().applyTo(environment);
        return builder;
    }

    /**
     * What the CLI is given to read. A prompt that begins with a slash would be taken for a command, and those are switched
     * off; from the second line on a slash is plain text (measured).
     */
    public static String input(String prompt) {
        return prompt.startsWith("/") ? "\n" + prompt : prompt;
    }
}
