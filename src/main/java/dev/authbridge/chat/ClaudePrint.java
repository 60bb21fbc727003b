package dev.authbridge.chat;

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
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * How {@code claude -p} is called for a prompt, so that it can answer and do nothing else. The options and variables were
 * tried with versions 2.0.77, 2.1.150 and 2.1.330.
 */
final class ClaudePrint {
    /** The prompt is not among them: it goes by standard input, since everybody on a machine sees arguments. */
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
            // Usual are 10 tries over 100 s, in which the person sees nothing.
            "CLAUDE_CODE_MAX_RETRIES", "2");

    private final Supplier<Optional<ClaudeCommand>> lookup;
    private final Map<String, String> serverEnvironment;
    private final OwnerHomes homes;
    private final Executor worker;

    /** @param worker runs each program to its end, so it has to have threads enough */
    ClaudePrint(
            Supplier<Optional<ClaudeCommand>> lookup,
            Map<String, String> serverEnvironment,
            Path dataFolder,
            Executor worker) {
        this.lookup = lookup;
        this.serverEnvironment = Map.copyOf(serverEnvironment);
        this.homes = new OwnerHomes(dataFolder);
        this.worker = worker;
    }

    /** Starts the program; does not block. */
    PrintProcess start(Owner owner, Credential credential, String prompt, PrintProcess.Listener listener) {
        PrintProcess process =
                new PrintProcess(temporary -> command(owner, credential, temporary), text(prompt), listener, worker);
        process.start();
        return process;
    }

    private ProcessBuilder command(Owner owner, Credential credential, TemporaryHome temporary)
            throws IOException, Refusal {
        ClaudeCommand command = lookup.get()
                .orElseThrow(() -> new Refusal(
                        Reason.CLI_NOT_FOUND,
                        "The Claude CLI is not installed on the server. Its administrator has to install it."));
        OwnerHomes.OwnerHome home = homes.of(owner);
        Path empty = Files.createDirectory(temporary.folder().resolve("empty"));
        ProcessBuilder builder = new ProcessBuilder(command.with(ARGUMENTS)).directory(empty.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(
                CliEnvironment.of(serverEnvironment, home.folder(), home.configuration(), temporary.temporary()));
        environment.putAll(SWITCHES);
        credential.sandboxVariables().applyTo(environment);
        return builder;
    }

    /** What begins with a slash would be a command, which is switched off; on the second line it is a text (measured). */
    private static String text(String prompt) {
        return prompt.startsWith("/") ? "\n" + prompt : prompt;
    }
}
