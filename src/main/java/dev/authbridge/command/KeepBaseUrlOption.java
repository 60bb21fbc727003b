package dev.authbridge.command;

import dev.authbridge.credential.SandboxVariables;
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

    SandboxVariables applyTo(SandboxVariables variables) {
        return keep ? variables.keepingDiverting() : variables;
    }
}
