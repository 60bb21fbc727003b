package dev.authbridge.command;

import dev.authbridge.credential.SandboxVariables;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the variables for a sandbox. */
@Command(
        name = "env",
        description = {
            "Prints the variables that let a Claude use the credential, and those to remove since they outrank it.",
            "In a shell: eval \"$(claude-auth-bridge env)\""
        })
final class Env implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "shell",
            description = "shell (for eval), dotenv or json; ${DEFAULT-VALUE} where none is named.")
    private Format format;

    /** How they are written. No value needs escaping: {@code SecretShape} allows no character that would. */
    enum Format {
        shell {
            @Override
            String write(SandboxVariables variables) {
                return "unset " + String.join(" ", variables.unset()) + "\n"
                        + lines(variables.set(), "export %s='%s'\n");
            }
        },
        dotenv {
            @Override
            String write(SandboxVariables variables) {
                return "# must not be set beside it: " + String.join(" ", variables.unset()) + "\n"
                        + lines(variables.set(), "%s=%s\n");
            }
        },
        json {
            @Override
            String write(SandboxVariables variables) {
                String set = lines(variables.set(), ",\"%s\":\"%s\"").substring(1);
                return "{\"set\":{" + set + "},\"unset\":[\"" + String.join("\",\"", variables.unset()) + "\"]}\n";
            }
        };

        abstract String write(SandboxVariables variables);

        private static String lines(Map<String, String> set, String form) {
            return new TreeMap<>(set)
                    .entrySet().stream()
                            .map(variable -> form.formatted(variable.getKey(), variable.getValue()))
                            .collect(Collectors.joining());
        }
    }

    Env(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        here.out().print(format.write(SandboxVariables.of(here.use(whose.owner()))));
        here.out().flush();
        return ExitCode.DONE;
    }
}
