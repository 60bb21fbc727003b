package dev.authbridge.command;

import dev.authbridge.core.Owner;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.SandboxVariables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
            "In a shell: eval \"$(claude-auth-bridge env)\""
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
            description = "shell (for eval), dotenv or json; ${DEFAULT-VALUE} where none is named.")
    private Format format;

    /** How they are written. No value needs escaping: no kind of credential allows a character that would. */
    enum Format {
        shell {
            @Override
            String write(SandboxVariables variables) {
                // With semicolons, so that an eval without quotes, which joins the lines, works as well.
                return "unset " + String.join(" ", variables.unset()) + ";\n"
                        + each(variables.set(), "export ", "='", "';\n", "");
            }
        },
        dotenv {
            @Override
            String write(SandboxVariables variables) {
                return "# must not be set beside it: " + String.join(" ", variables.unset()) + "\n"
                        + each(variables.set(), "", "=", "\n", "");
            }
        },
        json {
            @Override
            String write(SandboxVariables variables) {
                return "{\"set\":{" + each(variables.set(), "\"", "\":\"", "\"", ",") + "},\"unset\":[\""
                        + String.join("\",\"", variables.unset()) + "\"]}\n";
            }
        };

        abstract String write(SandboxVariables variables);

        private static String each(
                Map<String, String> set, String before, String equals, String after, String between) {
            List<String> all = new ArrayList<>();
            for (Map.Entry<String, String> variable : new TreeMap<>(set).entrySet()) {
                all.add(before + variable.getKey() + equals + variable.getValue() + after);
            }
            return String.join(between, all);
        }
    }

    Env(Surroundings here) {
        this.here = here;
    }

    Env(Surroundings here, Owner owner, boolean keepBaseUrl, Format format) {
        this.here = here;
        this.whose = new OwnerOption(owner);
        this.diverting = new KeepBaseUrlOption(keepBaseUrl);
        this.format = format;
    }

    @Override
    public Integer call() throws Exception {
        Credential credential = here.use(whose.owner());
        SandboxVariables variables = diverting.applyTo(credential.sandboxVariables());
        here.handsOver(credential, whose.owner(), "env");
        here.out().print(format.write(variables));
        here.out().flush();
        return ExitCode.DONE;
    }
}
