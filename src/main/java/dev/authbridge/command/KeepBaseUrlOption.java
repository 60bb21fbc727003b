package dev.authbridge.command;

import dev.authbridge.credential.SandboxVariables;
import java.util.List;
import picocli.CommandLine.Option;

/** The option with which the credential may be sent to another address than its service's. */
final class KeepBaseUrlOption {
    @Option(
            names = "--keep-base-url",
            description = "Leave the variables alone that change where or how the credential is sent, such as the"
                    + " base URL: for a gateway of your own, which then gets the credential.")
    private boolean keep;

    KeepBaseUrlOption() {}

    KeepBaseUrlOption(boolean keep) {
        this.keep = keep;
    }

    /**
     * Says which of the diverting variables are set here, without their values, which may contain a password.
     *
     * @param beginning the command, and what it does with them
     */
    void sayWhatIsSet(Surroundings here, SandboxVariables variables, String beginning) {
        List<String> set = variables.divertingIn(here.environment());
        if (!set.isEmpty()) {
            here.err()
                    .println("claude-auth-bridge " + beginning + " " + String.join(", ", set)
                            + ", with which the credential could get elsewhere than to its service."
                            + " If that is what you want, use --keep-base-url.");
        }
    }

    SandboxVariables applyTo(SandboxVariables variables) {
        return keep ? variables.keepingDiverting() : variables;
    }
}
