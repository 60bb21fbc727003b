package dev.authbridge.command;

import dev.authbridge.core.Owner;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.SandboxVariables;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the variables for a sandbox. */
@Command(
        name = "env",
        description = {
            "Prints the variables that let a Claude use the credential, and those to remove since they outrank it"
                    + " or would send it elsewhere.",
            "In a shell: eval \"$(claude-auth-bridge env)\"",
            "In fish: claude-auth-bridge env --format fish | source",
            "In GitHub Actions: claude-auth-bridge env --format github >> \"$GITHUB_ENV\""
        })
final class Env implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Mixin
    private KeepBaseUrlOption diverting;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "shell",
            description = "shell (for eval), fish, powershell, github (for the file $GITHUB_ENV), dotenv or json;"
                    + " ${DEFAULT-VALUE} where none is named.")
    private EnvFormat format;

    Env(Surroundings here) {
        this.here = here;
    }

    Env(Surroundings here, Owner owner, boolean keepBaseUrl, EnvFormat format) {
        this.here = here;
        this.whose = new OwnerOption(owner);
        this.diverting = new KeepBaseUrlOption(keepBaseUrl);
        this.format = format;
    }

    @Override
    public Integer call() throws Exception {
        Credential credential = here.use(whose.owner());
        SandboxVariables variables = diverting.applyTo(credential.sandboxVariables());
        String text = format.write(variables);
        diverting.sayWhatIsSet(here, variables, "env: to be removed:");
        here.handsOver(credential, whose.owner(), "env");
        here.err().print(format.toStandardError(variables));
        here.err().flush();
        here.out().print(text);
        here.out().flush();
        return ExitCode.DONE;
    }
}
