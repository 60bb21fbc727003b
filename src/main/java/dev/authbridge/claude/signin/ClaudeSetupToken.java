package dev.authbridge.claude.signin;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.SignInProgram;
import dev.authbridge.process.TemporaryHome;
import dev.authbridge.terminal.PtyCommand;
import dev.authbridge.terminal.PtyTerminal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Runs {@code claude setup-token}, unmodified, in a pseudo-terminal.
 *
 * <p>Screens are read on the event loop; starting, writing and cleaning up happen on the worker.
 */
public final class ClaudeSetupToken implements SignInProgram {
    private static final Logger LOG = System.getLogger(ClaudeSetupToken.class.getName());

    /** Wide enough that neither an authorization URL (about 350 characters) nor a token (108) wraps. */
    public static final int COLUMNS = 1000;

    /**
     * The option for flat text, in which nothing is redrawn in parts (2.1.200 and newer). Whether a CLI has it is found out
     * from its {@code --help}, which takes 0.4 to 1 s (measured) and no network.
     */
    static final String ACCESSIBLE_RENDERING = "--ax-screen-reader";

    private final ClaudeCommand.Source source;
    private final Map<String, String> serverEnvironment;
    private final Map<ClaudeCommand.File, Boolean> accessible = new ConcurrentHashMap<>();
    private final Loop loop;
    private final Executor worker;
    private final int columns;

    /**
     * @param source the CLI, found anew for each login; called on the worker
     * @param serverEnvironment the server's own environment, of which the CLI gets a few names
     * @param loop the event loop
     * @param worker takes work that blocks
     */
    public ClaudeSetupToken(
            ClaudeCommand.Source source, Map<String, String> serverEnvironment, Loop loop, Executor worker) {
        this(source, serverEnvironment, loop, worker, COLUMNS);
    }

    /** @param columns width of the terminal; the CLI wraps its URL and its token where they do not fit */
    public ClaudeSetupToken(
            ClaudeCommand.Source source,
            Map<String, String> serverEnvironment,
            Loop loop,
            Executor worker,
            int columns) {
        this.source = source;
        this.serverEnvironment = Map.copyOf(serverEnvironment);
        this.loop = loop;
        this.worker = worker;
        this.columns = columns;
    }

    /**
     * Opens the first terminal, which takes longer than the others. Blocks for about a second.
     *
     * @throws IOException if no program can be run under a pseudo-terminal here; the message says why and what to do
     */
    public static void openFirstTerminal() throws IOException {
        try {
            PtyTerminal.warmUp();
        } catch (IOException | LinkageError e) {
            throw new IOException(
                    "No terminal can be opened on this machine, which the Claude CLI needs for a sign-in: "
                            + e.getMessage()
                            + ". Run the bridge where /dev/ptmx and /dev/pts can be used, or store an API key, which needs no"
                            + " terminal.",
                    e);
        }
    }

    /**
     * Does what would make the first login slow, as far as it is the CLI's, and removes what a killed server left behind.
     * Blocks for about a second.
     *
     * @throws IOException if the CLI cannot be run
     */
    public void warmUp() throws IOException {
        TemporaryHome.removeLeftovers();
        Optional<ClaudeCommand> command = source.find();
        if (command.isPresent()) {
            hasAccessibleRendering(command.get());
        }
    }

    @Override
    public String name() {
        return "setup_token";
    }

    @Override
    public AuthorizationCode readCode(Secret pasted) throws Refusal {
        return new PastedCode(pasted).read();
    }

    @Override
    public Run start(Events events) {
        return new SetupTokenRun(source.settled(), this::open, events, loop, worker, columns);
    }

    @Override
    public boolean installing() {
        return !source.settled().toCompletableFuture().isDone();
    }

    /** Found out once for each CLI file; blocks. */
    private boolean hasAccessibleRendering(ClaudeCommand command) throws IOException {
        ClaudeCommand.File file = command.file();
        Boolean known = accessible.get(file);
        if (known == null) {
            known = command.ask("--help", serverEnvironment)
                    .filter(help -> help.output().contains(ACCESSIBLE_RENDERING))
                    .isPresent();
            accessible.put(file, known);
        }
        return known;
    }

    /** Opens the terminal of a run; blocks. */
    private CliTerminal.Opened open(PtyTerminal.Listener listener, boolean plain) throws IOException, Refusal {
        ClaudeCommand command =
                source.find().orElseThrow(() -> new Refusal(new Problem(Reason.CLI_NOT_FOUND, source.missing())));
        if (plain) {
            accessible.put(command.file(), false);
        }
        boolean asksForIt = !plain && hasAccessibleRendering(command);
        TemporaryHome home = TemporaryHome.create();
        try {
            List<String> arguments = new ArrayList<>();
            if (asksForIt) {
                arguments.add(ACCESSIBLE_RENDERING);
            }
            arguments.add("setup-token");
            PtyTerminal terminal = PtyTerminal.start(
                    new PtyCommand(
                            command.with(arguments),
                            command.environment(serverEnvironment, home),
                            home.folder(),
                            columns,
                            CliTerminal.ROWS),
                    listener);
            LOG.log(Level.DEBUG, "{0} started, accessible rendering: {1}", command, asksForIt);
            return new CliTerminal.Opened(terminal, home, asksForIt);
        } catch (IOException | RuntimeException | Error e) {
            home.remove();
            throw e;
        }
    }
}
