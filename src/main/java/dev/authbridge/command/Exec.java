package dev.authbridge.command;

import dev.authbridge.claude.AmbientCredentials;
import dev.authbridge.claude.BareMode;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Variables;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.SandboxVariables;
import dev.authbridge.credential.SeenCredentials.Ambient;
import dev.authbridge.credential.SeenCredentials.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
    /** Secrets of the bridge itself, which no sandbox may see; the URL of a web hook is one. */
    private static final List<String> OURS = List.of("CLAUDE_AUTH_MASTER_KEY", "CLAUDE_AUTH_KEY", "CLAUDE_AUTH_NOTIFY");

    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Mixin
    private KeepBaseUrlOption diverting;

    @Option(
            names = "--scrub",
            description = "Keep the credential out of the environment of the commands that the agent itself runs;"
                    + " needs bwrap and socat on Linux.")
    private boolean scrub;

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The program and its arguments.")
    private List<String> command;

    Exec(Surroundings here) {
        this.here = here;
    }

    Exec(Surroundings here, Owner owner, boolean keepBaseUrl, boolean scrub, List<String> command) {
        this.here = here;
        this.whose = new OwnerOption(owner);
        this.diverting = new KeepBaseUrlOption(keepBaseUrl);
        this.scrub = scrub;
        this.command = command;
    }

    @Override
    public Integer call() throws Exception {
        ProcessImage.OpenFiles inherited = ProcessImage.OpenFiles.inherited();
        Credential credential = here.use(whose.owner());
        SandboxVariables variables = diverting.applyTo(credential.sandboxVariables());
        // Conflicts are not worth a line each time; these may be missed.
        diverting.sayWhatIsSet(here, variables, "exec: removed");
        sayWhatCannotWork(credential);
        sayWhichSettingsWin(credential, variables);
        here.handsOver(credential, whose.owner(), "exec");
        ProcessText environment = ProcessText.environment(here.environment())
                .without(OURS)
                .without(variables.unset())
                .with(variables.set())
                .with(scrub ? ClaudeCredential.SCRUBBING : Map.of());
        ProcessImage.replace(ProcessText.lastArguments(command), environment, inherited);
        return ExitCode.DONE;
    }

    private void sayWhatCannotWork(Credential credential) {
        if (credential.kind() == ClaudeCredential.OAUTH_TOKEN) {
            if (BareMode.isOn(here.environment())) {
                say("removed " + BareMode.VARIABLE + ", which means the same as --bare. " + BareMode.NEEDS_AN_API_KEY);
            }
            if (BareMode.isStartedBy(command)) {
                say(BareMode.NEEDS_AN_API_KEY + " Leave out --bare, or store an API key.");
            }
        }
        if (scrub) {
            Variables variables = new Variables(here.environment());
            List<String> missing = ClaudeCredential.scrubbingNeeds().stream()
                    .filter(program -> variables.program(program).isEmpty())
                    .toList();
            if (!missing.isEmpty()) {
                say("--scrub needs " + String.join(" and ", missing) + ", and there is no such program on the PATH.");
            }
        }
    }

    /** The CLI obeys its settings files whatever its environment says. What they divert is left unsaid if the user means that. */
    private void sayWhichSettingsWin(Credential credential, SandboxVariables variables) {
        List<String> meant = new ArrayList<>(credential.sandboxVariables().diverting());
        meant.removeAll(variables.diverting());
        for (Ambient found : new AmbientCredentials(whereSettingsAre()).settings()) {
            Setting setting = found.setting().orElseThrow();
            boolean wins = found.outranks(credential.kind().wireName())
                    && (!setting.entry().isEmpty() || setting.unknown());
            if (wins && meant.stream().noneMatch(name -> setting.entry().equals("env." + name))) {
                say(setting.advice());
            }
        }
    }

    /** The variables by which the CLI finds its settings, with what {@code env} changes of them at the head of the command. */
    private Map<String, String> whereSettingsAre() {
        Map<String, String> variables = new HashMap<>(here.environment());
        int next = Path.of(command.get(0)).endsWith("env") ? 1 : command.size();
        for (boolean ended = false; next < command.size() && !ended; next++) {
            String word = command.get(next);
            int equals = word.indexOf('=');
            if (word.equals("-u") && next + 1 < command.size()) {
                next++;
                variables.remove(command.get(next));
            } else if (word.startsWith("--unset=")) {
                variables.remove(word.substring(equals + 1));
            } else if (equals > 0 && !word.startsWith("-")) {
                variables.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                ended = true;
            }
        }
        return variables;
    }

    private void say(String sentence) {
        here.err().println("claude-auth-bridge exec: " + sentence);
    }
}
