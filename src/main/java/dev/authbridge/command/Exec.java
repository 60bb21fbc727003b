package dev.authbridge.command;

import dev.authbridge.core.Owner;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.SandboxVariables;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Replaces this process by a command that has the credential in its environment. */
@Command(
        name = "exec",
        description = {
            "Runs COMMAND with the credential in its environment, and without any variable that outranks it"
                    + " or would send it elsewhere than to its service.",
            "COMMAND takes the place of this process: signals, terminal and exit code are its own."
        },
        exitCodeOnExecutionException = ExitCode.EXEC_FAILED,
        footerHeading =
                "%nExit codes: those of COMMAND; 125 no credential, 126 it cannot be run, 127 it is not there.%n")
final class Exec implements Callable<Integer> {
    /** Secrets of the bridge itself, which no sandbox may see. */
    private static final List<String> OURS = List.of("CLAUDE_AUTH_MASTER_KEY", "CLAUDE_AUTH_KEY");

    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Mixin
    private KeepBaseUrlOption diverting;

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The program and its arguments.")
    private List<String> command;

    Exec(Surroundings here) {
        this.here = here;
    }

    Exec(Surroundings here, Owner owner, boolean keepBaseUrl, List<String> command) {
        this.here = here;
        this.whose = new OwnerOption(owner);
        this.diverting = new KeepBaseUrlOption(keepBaseUrl);
        this.command = command;
    }

    @Override
    public Integer call() throws Exception {
        ProcessImage.OpenFiles inherited = ProcessImage.OpenFiles.inherited();
        Credential credential = here.use(whose.owner());
        SandboxVariables variables = diverting.applyTo(credential.sandboxVariables());
        sayWhatIsRemoved(variables);
        here.handsOver(credential, whose.owner(), "exec");
        ProcessText environment = ProcessText.environment(here.environment())
                .without(OURS)
                .without(variables.unset())
                .with(variables.set());
        ProcessImage.replace(ProcessText.lastArguments(command), environment, inherited);
        return ExitCode.DONE;
    }

    /** Without the values: they may contain a password. Conflicts are not worth a line each time; these may be missed. */
    private void sayWhatIsRemoved(SandboxVariables variables) {
        List<String> removed = variables.divertingIn(here.environment());
        if (!removed.isEmpty()) {
            here.err()
                    .println("claude-auth-bridge exec: removed " + String.join(", ", removed)
                            + ", with which the credential could get elsewhere than to its service."
                            + " If that is what you want, use --keep-base-url.");
        }
    }
}
